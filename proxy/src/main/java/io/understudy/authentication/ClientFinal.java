package io.understudy.authentication;

import java.nio.charset.StandardCharsets;
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
     * @param nonce the client's and the server's together
     */
    static ClientFinal parse(String message, String header, String nonce) throws ScramRefused {
        String binding = "c=" + Base64.getEncoder().encodeToString(header.getBytes(StandardCharsets.ISO_8859_1));
        String[] attributes = message.split(",", -1);
        if (!attributes[0].startsWith("c=")) {
            throw ScramRefused.malformed("Attribute \"c\" expected.");
        }
        if (!attributes[0].equals(binding)) {
            throw new ScramRefused("28000", "unexpected SCRAM channel-binding attribute in client-final-message", "");
        }
        if (attributes.length < 3 || !attributes[1].startsWith("r=")) {
            throw ScramRefused.malformed("Attribute \"r\" expected.");
        }
        if (!attributes[1].equals("r=" + nonce)) {
            throw new ScramRefused("08P01", "invalid SCRAM response", "Nonce does not match.");
        }
        String last = attributes[attributes.length - 1];
        if (!last.startsWith("p=")) {
            throw ScramRefused.malformed("Attribute \"p\" expected.");
        }
        return new ClientFinal(message.substring(0, message.length() - last.length() - 1), proof(last.substring(2)));
    }

    private static byte[] proof(String base64) throws ScramRefused {
        try {
            byte[] proof = Base64.getDecoder().decode(base64);
            if (proof.length == ScramVerifier.KEY_BYTES) {
                return proof;
            }
        } catch (IllegalArgumentException e) {
            throw ScramRefused.malformed("Malformed proof in client-final-message.");
        }
        throw ScramRefused.malformed("Malformed proof in client-final-message.");
    }
}
