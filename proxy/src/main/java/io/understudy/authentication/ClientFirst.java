package io.understudy.authentication;

/**
 * The first SCRAM message of a client, {@code n,,n=*,r=<nonce>}, or {@code p=tls-server-end-point,,n=*,r=<nonce>}.
 *
 * @param header the part about channel binding, up to and with its second comma
 * @param bare the rest
 */
record ClientFirst(String header, String bare, String nonce) {
    private static final String BINDING = "tls-server-end-point";

    /** @param mechanism that the client chose */
    static ClientFirst parse(String message, Mechanism mechanism) throws ScramRefused {
        Attributes a = new Attributes(message);
        switch (a.here()) {
            case 'n' -> {
                if (mechanism.bound()) {
                    throw ScramRefused.malformed(
                            "The client selected SCRAM-SHA-256-PLUS, but the SCRAM message does not"
                                    + " include channel binding data.");
                }
                a.skip();
            }
            case 'y' -> {
                // it could bind channels and thinks that we cannot: somebody on the way took our offer out
                if (mechanism.bound()) {
                    throw ScramRefused.malformed(
                            "The client selected SCRAM-SHA-256-PLUS, but the SCRAM message does not"
                                    + " include channel binding data.");
                }
                if (mechanism.couldBeBound()) {
                    throw new ScramRefused(
                            "28000",
                            "SCRAM channel binding negotiation error",
                            "The client supports SCRAM channel binding but thinks the server does not.  However, this"
                                    + " server does support channel binding.");
                }
                a.skip();
            }
            case 'p' -> {
                if (!mechanism.bound()) {
                    throw ScramRefused.malformed("The client selected SCRAM-SHA-256 without channel binding, but the"
                            + " SCRAM message includes channel binding data.");
                }
                String type = a.value('p');
                if (!type.equals(BINDING)) {
                    throw new ScramRefused(
                            "08P01", "unsupported SCRAM channel-binding type \"" + shown(type) + "\"", "");
                }
                return rest(message, a);
            }
            default -> throw ScramRefused.malformed("Unexpected channel-binding flag \"" + a.shown() + "\".");
        }
        if (a.here() != ',') {
            throw ScramRefused.malformed("Comma expected, but found character \"" + a.shown() + "\".");
        }
        a.skip();
        return rest(message, a);
    }

    /** From the authorization identity on. */
    private static ClientFirst rest(String message, Attributes a) throws ScramRefused {
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

    private static String shown(String type) {
        return type.chars().allMatch(c -> c > 0x20 && c < 0x7f) && type.length() < 64 ? type : "?";
    }
}
