package io.understudy.admin;

/** Everything the administration API asks and orders. */
public record AdminParts(
        ClusterView cluster,
        EventFeed events,
        LogReader log,
        VerificationRunner verification,
        NodeSums sums,
        Switchover switchover,
        Health health,
        NodeMetrics metrics) {}
