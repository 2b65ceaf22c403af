package io.understudy.authentication;

/** Goes through the {@code a=value,b=value} of a SCRAM message. What it says of malformed ones is what clients know from PostgreSQL. */
final class Attributes {
    private static final char END = 0;

    private final String message;
    private int at;

    Attributes(String message) throws ScramRefused {
        if (message.isEmpty()) {
            throw ScramRefused.malformed("The message is empty.");
        }
        if (message.indexOf(END) >= 0) {
            throw ScramRefused.malformed("Message length does not match input length.");
        }
        this.message = message;
    }

    /** The character here, 0 behind the last one. */
    char here() {
        return at < message.length() ? message.charAt(at) : END;
    }

    boolean atEnd() {
        return at >= message.length();
    }

    int position() {
        return at;
    }

    void skip() {
        at++;
    }

    /** The character here as an error message may show it. */
    String shown() {
        char c = here();
        return c >= 0x21 && c <= 0x7e ? "'" + c + "'" : String.format("0x%02x", (int) c);
    }

    /** The value of the attribute here, which must be that one. */
    String value(char name) throws ScramRefused {
        if (here() != name) {
            throw ScramRefused.malformed("Expected attribute \"" + name + "\" but found \"" + shown() + "\".");
        }
        return anyValue();
    }

    /** The value of the attribute here, whichever it is. */
    String anyValue() throws ScramRefused {
        if (atEnd()) {
            throw ScramRefused.malformed("Attribute expected, but found end of string.");
        }
        char name = here();
        if (!(name >= 'a' && name <= 'z' || name >= 'A' && name <= 'Z')) {
            throw ScramRefused.malformed("Attribute expected, but found invalid character \"" + shown() + "\".");
        }
        skip();
        if (here() != '=') {
            throw ScramRefused.malformed("Expected character \"=\" for attribute \"" + name + "\".");
        }
        int comma = message.indexOf(',', at);
        String value = message.substring(at + 1, comma < 0 ? message.length() : comma);
        at = comma < 0 ? message.length() : comma + 1;
        return value;
    }
}
