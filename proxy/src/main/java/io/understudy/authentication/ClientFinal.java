package io.understudy.authentication;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * The last SCRAM message of a client, {@code c=biws,r=<nonce>,p=<proof>}.
 *
 * @param withoutProof everything before {@code ,p=}
 * @param proof 32 bytes
 */
record ClientFinal(String withoutProof, byte[] proof) {

    /**
     * @param header of the first message, which must come back here
     * @param binding what the connection is known by, which must be behind it; empty if the login is not bound
     * @param nonce the client's and the server's together
     */
    static ClientFinal parse(String message, String header, byte[] binding, String nonce) throws ScramRefused {
        Attributes a = new Attributes(message);
        byte[] head = header.getBytes(StandardCharsets.ISO_8859_1);
        byte[] expected = Arrays.copyOf(head, head.length + binding.length);
        System.arraycopy(binding, 0, expected, head.length, binding.length);
        if (!a.value('c').equals(Base64.getEncoder().encodeToString(expected))) {
            if (binding.length > 0) {
                throw new ScramRefused("28000", "SCRAM channel binding check failed", "");
            }
            throw new ScramRefused("08P01", "unexpected SCRAM channel-binding attribute in client-final-message", "");
        }
        String answered = a.value('r');
        char name;
        int before;
        String value;
        do {
            name = a.here();
            before = a.position() - 1;
            value = a.anyValue();
        } while (name != 'p');
        byte[] proof = proof(value);
        if (!a.atEnd()) {
            throw ScramRefused.malformed("Garbage found at the end of client-final-message.");
        }
        if (!answered.equals(nonce)) {
            throw new ScramRefused("08P01", "invalid SCRAM response", "Nonce does not match.");
        }
        return new ClientFinal(message.substring(0, before), proof);
    }

    private static byte[] proof(String base64) throws ScramRefused {
        byte[] proof;
        try {
            proof = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            proof = new byte[0];
        }
        if (proof.length != ScramVerifier.KEY_BYTES) {
            throw ScramRefused.malformed("Malformed proof in client-final-message.");
        }
        return proof;
    }
}
