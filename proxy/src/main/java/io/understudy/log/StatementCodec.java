package io.understudy.log;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Statements and the session they ran in, to bytes and back. */
final class StatementCodec {
    private StatementCodec() {}

    static void statement(BinaryWriter out, LoggedStatement statement) {
        out.text(statement.sql());
        EntryCodec.list(out, statement.parameters(), StatementCodec::parameter);
        out.signed(statement.rows());
    }

    static LoggedStatement statement(BinaryReader in) {
        return new LoggedStatement(in.text(), EntryCodec.list(in, StatementCodec::parameter), in.signed());
    }

    private static void parameter(BinaryWriter out, LoggedStatement.Parameter parameter) {
        out.int32(parameter.type());
        out.flag(parameter.binary());
        byte @Nullable [] value = parameter.value();
        out.flag(value != null);
        if (value != null) {
            out.bytes(value);
        }
    }

    private static LoggedStatement.Parameter parameter(BinaryReader in) {
        return new LoggedStatement.Parameter(in.int32(), in.flag(), in.flag() ? in.bytes() : null);
    }

    static void context(BinaryWriter out, SessionContext context) {
        out.text(context.role());
        out.unsigned(context.settings().size());
        EntryCodec.ordered(context.settings()).forEach((name, value) -> {
            out.text(name);
            out.text(value);
        });
    }

    static SessionContext context(BinaryReader in) {
        String role = in.text();
        int count = in.count();
        Map<String, String> settings = new HashMap<>();
        for (int i = 0; i < count; i++) {
            settings.put(in.text(), in.text());
        }
        return new SessionContext(role, settings);
    }
}
