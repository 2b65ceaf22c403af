package io.understudy.jdbc;

import io.understudy.jdbc.Settings.Preference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What a data source knows of its cluster's nodes: the addresses in the URL, and those the cluster told. Safe for use by many threads. */
final class Nodes {
    private final Map<Address, Place> places = new LinkedHashMap<>();
    private final LongSupplier nanoTime;
    private List<Member> members = List.of();
    private @Nullable Long askedNanos;

    private static final class Place {
        final boolean inUrl;
        boolean proven;
        String node = "";
        int open;
        boolean failed;
        long avoidUntilNanos;

        Place(boolean inUrl) {
            this.inUrl = inUrl;
            this.proven = inUrl;
        }
    }

    /** @param nanoTime as {@link System#nanoTime} */
    Nodes(List<Address> url, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        url.forEach(a -> places.put(a, new Place(true)));
    }

    /** Where to try to connect, best first. */
    synchronized List<Address> candidates(Preference preference, RandomGenerator random) {
        long now = nanoTime.getAsLong();
        List<Candidate> candidates = new ArrayList<>();
        places.forEach((address, place) -> {
            if (!place.inUrl && reachedByUrl(expected(address))) {
                return;
            }
            Member m = member(address, place);
            candidates.add(new Candidate(
                    address,
                    avoided(place, now),
                    place.proven,
                    m == null || m.serving(),
                    m == null ? preference == Preference.ANY : Candidate.suits(preference, m.master()),
                    place.open));
        });
        return Candidate.order(candidates, random);
    }

    /** Addresses that only the cluster told, and nobody has tried of late. */
    synchronized List<Address> unproven() {
        long now = nanoTime.getAsLong();
        List<Address> unproven = new ArrayList<>();
        places.forEach((address, place) -> {
            if (!place.proven && !avoided(place, now) && !reachedByUrl(expected(address))) {
                unproven.add(address);
            }
        });
        return unproven;
    }

    /** The node that the cluster says is there; empty for an address of the URL, which may be any. */
    synchronized String expected(Address address) {
        Place place = places.get(address);
        if (place == null || place.inUrl) {
            return "";
        }
        return members.stream()
                .filter(m -> m.address().equals(address))
                .map(Member::name)
                .findFirst()
                .orElse("");
    }

    /** A connection to that node was opened there. */
    synchronized void opened(Address address, String node) {
        Place place = places.computeIfAbsent(address, a -> new Place(false));
        place.node = node;
        place.proven = true;
        place.failed = false;
        place.open++;
    }

    synchronized void closed(Address address) {
        Place place = places.get(address);
        if (place != null && place.open > 0) {
            place.open--;
        }
    }

    /** No connection could be opened there, or one was lost. */
    synchronized void failed(Address address, Duration avoid) {
        Place place = places.get(address);
        if (place != null) {
            place.failed = true;
            place.avoidUntilNanos = nanoTime.getAsLong() + avoid.toNanos();
        }
    }

    /** Whether the cluster should be asked; answered with yes once for every {@code age}. */
    synchronized boolean due(Duration age) {
        long now = nanoTime.getAsLong();
        if (askedNanos != null && now - askedNanos < age.toNanos()) {
            return false;
        }
        askedNanos = now;
        return true;
    }

    /** What the cluster answered last is not true any more. */
    synchronized void askSoon() {
        askedNanos = null;
    }

    /** What the cluster answered. Addresses it does not tell any more are forgotten, unless they are in the URL or in use. */
    synchronized void told(List<Member> answer) {
        members = List.copyOf(answer);
        for (Member m : answer) {
            places.computeIfAbsent(m.address(), a -> new Place(false));
        }
        places.entrySet()
                .removeIf(e -> !e.getValue().inUrl
                        && e.getValue().open == 0
                        && answer.stream().noneMatch(m -> m.address().equals(e.getKey())));
    }

    private boolean reachedByUrl(String node) {
        return !node.isEmpty() && places.values().stream().anyMatch(p -> p.inUrl && p.node.equals(node));
    }

    private @Nullable Member member(Address address, Place place) {
        for (Member m : members) {
            if (place.node.isEmpty() ? m.address().equals(address) : m.name().equals(place.node)) {
                return m;
            }
        }
        return null;
    }

    private static boolean avoided(Place place, long now) {
        return place.failed && now - place.avoidUntilNanos < 0;
    }
}
