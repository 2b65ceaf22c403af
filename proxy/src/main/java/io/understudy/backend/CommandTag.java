package io.understudy.backend;

/** What a command tag says. */
final class CommandTag {
    private CommandTag() {}

    /** Its last word as a number, -1 if it has none: {@code INSERT 0 5} is 5, {@code BEGIN} is -1. */
    static long rows(String tag) {
        int from = tag.lastIndexOf(' ') + 1;
        if (from == 0 || from == tag.length()) {
            return -1;
        }
        long n = 0;
        for (int i = from; i < tag.length(); i++) {
            char c = tag.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            n = n * 10 + (c - '0');
        }
        return n;
    }
}
