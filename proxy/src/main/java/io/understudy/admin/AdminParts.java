package io.understudy.admin;

import io.understudy.signin.ClusterKey;

/** Everything the administration API asks and orders. */
public record AdminParts(
        ClusterView cluster,
        EventFeed events,
        LogReader log,
        ChangeLog changes,
        VerificationRunner verification,
        NodeSums sums,
        Switchover switchover,
        Settling settling,
        Resyncs resyncs,
        Draining draining,
        Explainer explainer,
        Health health,
        NodeMetrics metrics,
        ElectionFeed elections,
        Peers peers,
        ClusterKey key) {}
