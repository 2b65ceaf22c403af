package io.understudy.config;

import java.time.Duration;
import java.util.List;

/**
 * How many clients are let in, from where, and how patiently.
 *
 * @param connections sessions at once, those that other nodes relay not counted
 * @param reserved of them for superusers
 * @param perUser sessions at once of one user who is no superuser; 0: as many as there are places
 * @param loginTime from connecting to being logged in
 * @param networks where clients may be; empty: anywhere
 */
public record ClientLimits(int connections, int reserved, int perUser, Duration loginTime, List<Network> networks) {
    public static final ClientLimits DEFAULT = new ClientLimits(10_000, 3, 0, Duration.ofSeconds(60), List.of());

    public ClientLimits {
        networks = List.copyOf(networks);
    }
}
