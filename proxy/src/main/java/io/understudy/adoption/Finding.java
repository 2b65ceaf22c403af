package io.understudy.adoption;

/**
 * Something of a database that an operator should know before it is replicated.
 *
 * @param about what kind of thing it is, such as tables without a key
 * @param what what was found, with names
 * @param advice what to do, or what to expect; empty if there is nothing to say
 */
public record Finding(Verdict verdict, String about, String what, String advice) {

    /** How it fares, best first. */
    public enum Verdict {
        WORKS,
        LIMITED,
        CHANGE;

        /** For people. */
        public String words() {
            return switch (this) {
                case WORKS -> "works";
                case LIMITED -> "works with a limit";
                case CHANGE -> "must be changed";
            };
        }
    }

    static Finding works(String about, String what, String advice) {
        return new Finding(Verdict.WORKS, about, what, advice);
    }

    static Finding limited(String about, String what, String advice) {
        return new Finding(Verdict.LIMITED, about, what, advice);
    }

    static Finding change(String about, String what, String advice) {
        return new Finding(Verdict.CHANGE, about, what, advice);
    }
}
