package io.understudy.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ClientTermsTest {
    /** The é is one byte, as no UTF-8 is. */
    private static final String SAID = "SERROR\0C42601\0Mprepared statement \"u7\" is n\u00e9, u7 is not\0P9\0Lu7\0\0";

    @Test
    void placesAreMovedAndNothingElseIs() {
        assertThat(ClientTerms.place(frame(SAID), 0)).isEqualTo(frame(SAID));
        assertThat(ClientTerms.place(frame(SAID), 91)).isEqualTo(frame(SAID.replace("\0P9\0", "\0P100\0")));
        String placeless = "SERROR\0MP9\0\0";
        assertThat(ClientTerms.place(frame(placeless), 91)).isEqualTo(frame(placeless));
    }

    @Test
    void statementsAreCalledAsTheirClientCallsThem() {
        byte[] name = "na\u00efve".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(ClientTerms.statement(frame(SAID), "u7", name))
                .isEqualTo(frame(SAID.replace("\"u7\"", "\"na\u00efve\"")));
        assertThat(ClientTerms.statement(frame(SAID), "u7", new byte[0]))
                .isEqualTo(frame(SAID.replace("\"u7\"", "\"\"")));
        assertThat(ClientTerms.statement(frame(SAID), "u77", name)).isEqualTo(frame(SAID));
    }

    private static byte[] frame(String fields) {
        byte[] body = fields.getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocate(5 + body.length)
                .put((byte) 'E')
                .putInt(4 + body.length)
                .put(body)
                .array();
    }
}
