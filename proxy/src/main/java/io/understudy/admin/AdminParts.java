package io.understudy.admin;

import io.understudy.config.AdminAccess;
import io.understudy.signin.ClusterKey;
import io.understudy.tls.ServerTls;
import java.util.Optional;

/**
 * Everything the administration API asks and orders.
 *
 * @param tls which the server starts and closes; empty: it speaks plain HTTP
 */
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
        Members members,
        Explainer explainer,
        Health health,
        NodeMetrics metrics,
        ElectionFeed elections,
        Peers peers,
        ClusterKey key,
        AdminAccess access,
        Audit audit,
        ClientFeed clients,
        StatementFeed statements,
        Optional<ServerTls> tls) {}
