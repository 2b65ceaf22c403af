package io.understudy.adoption;

import java.util.List;

/** Lists of names for people: the first ones, and how many more. */
final class Names {
    private static final int SHOWN = 8;

    private Names() {}

    static String some(List<String> names) {
        String shown = String.join(", ", names.subList(0, Math.min(SHOWN, names.size())));
        return names.size() <= SHOWN ? shown : shown + " and " + (names.size() - SHOWN) + " more";
    }
}
