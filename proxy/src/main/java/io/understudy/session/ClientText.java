package io.understudy.session;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;

/** Reads the text of statements in the encoding that their client has set. */
final class ClientText {
    /** What decoding puts in the place of what is none; may also have been there. */
    private static final char REPLACEMENT = '\uFFFD';

    private ClientText() {}

    /** @throws StatementFailure 22021, as the server has it, if it is no text in that encoding: nothing must be replaced in silence */
    static String decode(byte[] bytes, int from, int to, Charset charset) throws StatementFailure {
        String quick = new String(bytes, from, to - from, charset);
        if (quick.indexOf(REPLACEMENT) < 0) {
            return quick;
        }
        try {
            return charset.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes, from, to - from))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new StatementFailure(
                    "22021",
                    "invalid byte sequence in a statement for encoding \"" + charset.name() + "\"",
                    "It must be encoded as client_encoding says.");
        }
    }
}
