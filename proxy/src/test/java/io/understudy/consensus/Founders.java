package io.understudy.consensus;

import io.understudy.log.LoggedMember;
import java.util.List;

/** Settings of nodes of which only the names matter. */
final class Founders {
    private Founders() {}

    static Founding of(String node, List<String> names) {
        return of(node, names, "");
    }

    static Founding of(String node, List<String> names, String life) {
        return new Founding(
                node,
                names.stream().map(n -> new LoggedMember(n, "", "", 0, true)).toList(),
                life);
    }
}
