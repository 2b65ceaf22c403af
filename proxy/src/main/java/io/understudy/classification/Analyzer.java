package io.understudy.classification;

import java.util.Optional;
import org.apache.calcite.avatica.util.Casing;
import org.apache.calcite.avatica.util.Quoting;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParseException;
import org.apache.calcite.sql.parser.SqlParser;
import org.apache.calcite.sql.parser.babel.SqlBabelParserImpl;
import org.apache.calcite.sql.validate.SqlConformanceEnum;

/** From the tokens of a query or DML statement to its facts, through Calcite. */
final class Analyzer {
    /** Longer statements are not given to Calcite. */
    static final int TOKENS_MAX = 20_000;

    static final SqlParser.Config PARSER = SqlParser.config()
            .withParserFactory(SqlBabelParserImpl.FACTORY)
            .withConformance(SqlConformanceEnum.BABEL)
            .withQuoting(Quoting.DOUBLE_QUOTE)
            .withUnquotedCasing(Casing.UNCHANGED)
            .withQuotedCasing(Casing.UNCHANGED)
            .withIdentifierMaxLength(1 << 16);

    private Analyzer() {}

    static Facts analyze(Tokens t, int from, int to) {
        Facts facts = new Facts();
        facts.scan(t, from, to);
        int main = t.is(from, "with") ? DmlTranslator.mainVerb(t, from, to) : from;
        if (main < to && t.kind(main) == TokenKind.WORD && Words.DML.contains(t.word(main))) {
            facts.verb = t.word(main);
        }
        if (facts.failure.isPresent()) {
            return facts;
        }
        if (to - from > TOKENS_MAX) {
            facts.failure = Optional.of("too long");
            return facts;
        }
        try {
            parse(t, from, to, facts);
        } catch (Unsupported e) {
            facts.failure = Optional.of(e.reason());
        } catch (StackOverflowError e) {
            facts.failure = Optional.of("nested too deeply");
        }
        return facts;
    }

    private static void parse(Tokens t, int from, int to, Facts facts) throws Unsupported {
        DmlTranslator.Result translated = DmlTranslator.translate(t, from, to, facts);
        for (DmlTranslator.Translated text : translated.texts()) {
            SqlNode tree = calcite(text.sql());
            new TreeReader(facts).read(tree, text.visible());
            if (translated.exact() && facts.exact.isEmpty()) {
                facts.exact = Optional.of(tree);
            }
        }
    }

    // Calcite reports some input by unchecked exceptions of its own.
    private static SqlNode calcite(String sql) throws Unsupported {
        try {
            return SqlParser.create(sql, PARSER).parseStmt();
        } catch (SqlParseException | RuntimeException e) {
            throw new Unsupported("syntax");
        }
    }
}
