package io.understudy.admin;

import io.javalin.http.BadRequestResponse;
import io.javalin.http.Context;
import org.jspecify.annotations.Nullable;

/** Numbers in a request's query, within bounds. */
final class Range {
    static final int LIMIT_MAX = 1000;
    private static final int LIMIT_DEFAULT = 100;

    private Range() {}

    /** How many elements are wanted, 1..1000, 100 if nothing is said. */
    static int limit(Context context) {
        return (int) number(context, "limit", LIMIT_DEFAULT, 1, LIMIT_MAX);
    }

    static long number(Context context, String parameter, long otherwise, long from, long to) {
        @Nullable String text = context.queryParam(parameter);
        if (text == null) {
            return otherwise;
        }
        try {
            long number = Long.parseLong(text);
            if (number >= from && number <= to) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below, like a number out of range.
        }
        throw new BadRequestResponse(parameter + " must be a number from " + from + " to " + to + ", not " + text);
    }
}
