package io.understudy.jdbc;

/** What the connections of one data source must see of each other. */
public enum Causality {
    /** Each sees what any of them committed. */
    WRITES,
    /** Moreover, none reads an older state than another has read before. */
    READS,
    /** Each sees what it committed itself. */
    CONNECTION
}
