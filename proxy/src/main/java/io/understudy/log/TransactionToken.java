package io.understudy.log;

import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * By what the outcome of a write transaction can be asked for, known from its begin. As text {@code epoch.after.id}.
 *
 * @param epoch the mastership it runs in: its entry counts in no other
 * @param after its entry can only stand behind this index
 * @param id the id of its entry
 */
public record TransactionToken(long epoch, long after, UUID id) {
    private static final Pattern TEXT =
            Pattern.compile("(\\d{1,18})\\.(\\d{1,18})\\.(\\p{XDigit}{8}(?:-\\p{XDigit}{4}){3}-\\p{XDigit}{12})");

    /** @throws IllegalArgumentException if it is not one */
    public static TransactionToken parse(String text) {
        Matcher m = TEXT.matcher(text.strip());
        if (!m.matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is not a transaction token");
        }
        return new TransactionToken(
                Long.parseLong(m.group(1)), Long.parseLong(m.group(2)), UUID.fromString(m.group(3)));
    }

    @Override
    public String toString() {
        return epoch + "." + after + "." + id;
    }
}
