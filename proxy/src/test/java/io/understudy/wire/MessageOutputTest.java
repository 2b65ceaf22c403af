package io.understudy.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageOutputTest {
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final MessageOutput out = new MessageOutput(sent);

    @Test
    void nothingGoesOutBeforeAFlushUnlessItIsMuch() throws Exception {
        out.begin('D').int8(1).int16(-2).int32(3).string("ü").end();
        assertThat(sent.size()).isZero();
        out.flush();
        assertThat(sent.toByteArray()).containsExactly('D', 0, 0, 0, 14, 1, -1, -2, 0, 0, 0, 3, 0xc3, 0xbc, 0);
        out.begin('d').bytes(new byte[70_000]).end();
        assertThat(sent.size()).isEqualTo(15 + 70_005);
    }

    @Test
    void aPositionCanBeGoneBackToUntilItIsSent() throws Exception {
        out.empty('1');
        long mark = out.position();
        out.begin('T').string("half");
        out.rewind(mark);
        out.empty('Z');
        out.flush();
        assertThat(sent.toString()).isEqualTo("1\0\0\0\4Z\0\0\0\4");
        assertThatThrownBy(() -> out.rewind(mark)).isInstanceOf(IllegalStateException.class);
        assertThat(out.position()).isEqualTo(10);
        out.write(new byte[100_000], 0, 100_000);
        assertThat(out.position()).isEqualTo(100_010);
        out.rewind(out.position());
    }

    @Test
    void aMessageIsNeverTornByAnother() throws Exception {
        out.begin('T');
        assertThatThrownBy(out::flush).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> out.write(new byte[10], 0, 10)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> out.string("a\0b")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void errorFieldsComeBackAsTheyWent() throws Exception {
        ErrorFields e =
                ErrorFields.error("23505", "no", "try").with('D', "detail ü").with('q', "unknown field");
        e.write(out);
        e.writeNotice(out);
        ErrorFields.fatal("57P01", "bye", "").write(out);
        ErrorFields.error("XX000", "x".repeat(100_000), "cut").write(out);
        out.empty('S');
        out.flush();
        MessageInput in = new MessageInput(new ByteArrayInputStream(sent.toByteArray()));
        assertThat(in.next()).isEqualTo('E');
        assertThat(ErrorFields.read(in)).isEqualTo(e);
        assertThat(in.next()).isEqualTo('N');
        assertThat(ErrorFields.read(in).fields().keySet())
                .containsExactlyElementsOf(e.fields().keySet());
        in.next();
        assertThat(ErrorFields.read(in).isFatal()).isTrue();
        in.next();
        ErrorFields large = ErrorFields.read(in);
        assertThat(large.sqlState()).isEqualTo("XX000");
        assertThat(large.message()).hasSizeBetween(60_000, 66_000).matches("x+");
        assertThat(in.next()).isEqualTo('S');
    }

    @Test
    void serverMessagesAreWhatTheProtocolSays() throws Exception {
        ServerMessages.authenticationOk(out);
        ServerMessages.parameterStatus(out, "a", "b");
        ServerMessages.backendKeyData(out, 7, new byte[] {1, 2, 3, 4});
        ServerMessages.readyForQuery(out, ServerMessages.IDLE);
        ServerMessages.commandComplete(out, "BEGIN");
        ServerMessages.textColumns(out, List.of("c"));
        ServerMessages.textRow(out, Arrays.asList("v", null));
        ServerMessages.negotiateProtocolVersion(out, ProtocolVersion.V3_2, List.of("_pq_.x"));
        ServerMessages.parameterDescription(out, 23, 25);
        out.flush();
        MessageInput in = new MessageInput(new ByteArrayInputStream(sent.toByteArray()));
        StringBuilder types = new StringBuilder();
        StringBuilder lengths = new StringBuilder();
        for (int type = in.next(); type >= 0; type = in.next()) {
            types.append((char) type);
            lengths.append(in.length()).append(' ');
        }
        assertThat(types.toString()).isEqualTo("RSKZCTDvt");
        assertThat(lengths.toString()).isEqualTo("9 9 13 6 11 27 16 20 15 ");
    }
}
