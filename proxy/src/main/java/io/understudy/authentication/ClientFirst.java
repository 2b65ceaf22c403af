package io.understudy.authentication;

/**
 * The first SCRAM message of a client, {@code n,,n=*,r=<nonce>}.
 *
 * @param header the part about channel binding, up to and with its second comma
 * @param bare the rest
 */
record ClientFirst(String header, String bare, String nonce) {

    static ClientFirst parse(String message) throws ScramRefused {
        Attributes a = new Attributes(message);
        switch (a.here()) {
            // y: the client could bind channels and thinks that we cannot, which is so
            case 'n', 'y' -> a.skip();
            case 'p' ->
                throw ScramRefused.malformed("The client selected SCRAM-SHA-256 without channel binding, but the SCRAM"
                        + " message includes channel binding data.");
            default -> throw ScramRefused.malformed("Unexpected channel-binding flag \"" + a.shown() + "\".");
        }
        if (a.here() != ',') {
            throw ScramRefused.malformed("Comma expected, but found character \"" + a.shown() + "\".");
        }
        a.skip();
        if (a.here() == 'a') {
            throw new ScramRefused("0A000", "client uses authorization identity, but it is not supported", "");
        }
        if (a.here() != ',') {
            throw ScramRefused.malformed("Unexpected attribute \"" + a.shown() + "\" in client-first-message.");
        }
        a.skip();
        int bare = a.position();
        if (a.here() == 'm') {
            throw new ScramRefused("0A000", "client requires an unsupported SCRAM extension", "");
        }
        // the name is not looked at: the startup packet has it
        a.value('n');
        String nonce = a.value('r');
        if (!nonce.chars().allMatch(c -> c >= 0x21 && c <= 0x7e)) {
            throw new ScramRefused("08P01", "non-printable characters in SCRAM nonce", "");
        }
        while (!a.atEnd()) {
            // optional extensions, all unknown
            a.anyValue();
        }
        return new ClientFirst(message.substring(0, bare), message.substring(bare), nonce);
    }
}
