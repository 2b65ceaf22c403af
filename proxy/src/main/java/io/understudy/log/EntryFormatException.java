package io.understudy.log;

/** Bytes that are not what they should be: an unknown version or kind, cut off, or with something behind the end. */
public final class EntryFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public EntryFormatException(String message) {
        super(message);
    }
}
