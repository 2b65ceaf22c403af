package io.understudy.admin;

/** Everything the administration API asks and orders. */
public record AdminParts(
        ClusterView cluster,
        EventFeed events,
        LogReader log,
        VerificationRunner verification,
        Switchover switchover,
        Health health,
        NodeMetrics metrics) {}
