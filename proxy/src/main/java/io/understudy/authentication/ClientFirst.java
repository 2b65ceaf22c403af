package io.understudy.authentication;

/**
 * The first SCRAM message of a client, {@code n,,n=*,r=<nonce>}.
 *
 * @param header the part about channel binding, up to and with its second comma
 * @param bare the rest
 */
record ClientFirst(String header, String bare, String nonce) {

    static ClientFirst parse(String message) throws ScramRefused {
        if (message.isEmpty()) {
            throw ScramRefused.malformed("The message is empty.");
        }
        switch (message.charAt(0)) {
            case 'n', 'y' -> {}
            case 'p' ->
                throw ScramRefused.malformed("The client selected SCRAM-SHA-256 without channel binding, but the SCRAM"
                        + " message includes channel binding data.");
            default ->
                throw ScramRefused.malformed(
                        "Unexpected channel-binding flag \"" + ScramRefused.shown(message.charAt(0)) + "\".");
        }
        if (message.startsWith(",a=", 1)) {
            throw new ScramRefused("0A000", "client uses authorization identity, but it is not supported", "");
        }
        if (!message.startsWith(",,", 1)) {
            throw ScramRefused.malformed("Comma expected.");
        }
        String bare = message.substring(3);
        if (bare.startsWith("m=")) {
            throw new ScramRefused("0A000", "client requires an unsupported SCRAM extension", "");
        }
        String[] attributes = bare.split(",", -1);
        // the name is not looked at: the startup packet has it
        if (attributes.length < 2 || !attributes[0].startsWith("n=") || !attributes[1].startsWith("r=")) {
            throw ScramRefused.malformed("Attribute expected.");
        }
        String nonce = attributes[1].substring(2);
        if (nonce.isEmpty() || !nonce.chars().allMatch(c -> c >= 0x21 && c <= 0x7e)) {
            throw new ScramRefused("08P01", "non-printable characters in SCRAM nonce", "");
        }
        return new ClientFirst(message.substring(0, 3), bare, nonce);
    }
}
