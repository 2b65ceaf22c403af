package io.understudy.admin;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Metrics of one name for things that become known one by one, such as nodes: each new one is registered when it is first seen. What was seen once stays, with its last count or with 0.
 */
final class Family {
    private static final int MEMBERS_MAX = 500;

    private final MeterRegistry registry;
    private final String name;
    private final String description;
    private final boolean counts;
    private final List<String> labels;
    private final Supplier<Map<List<String>, ? extends Number>> source;
    private final Set<List<String>> known = new HashSet<>();
    private volatile Map<List<String>, ? extends Number> values = Map.of();

    Family(
            MeterRegistry registry,
            String name,
            String description,
            boolean counts,
            List<String> labels,
            Supplier<Map<List<String>, ? extends Number>> source) {
        this.registry = registry;
        this.name = name;
        this.description = description;
        this.counts = counts;
        this.labels = labels;
        this.source = source;
    }

    /** Takes the values that the next scrape shows. */
    synchronized void refresh() {
        values = source.get();
        for (List<String> member : values.keySet()) {
            if (known.size() < MEMBERS_MAX && known.add(member)) {
                register(member);
            }
        }
    }

    private void register(List<String> member) {
        Tags tags = Tags.of(IntStream.range(0, labels.size())
                .mapToObj(i -> Tag.of(labels.get(i), member.get(i)))
                .toList());
        if (counts) {
            FunctionCounter.builder(name, this, f -> f.value(member))
                    .description(description)
                    .tags(tags)
                    .register(registry);
        } else {
            Gauge.builder(name, this, f -> f.value(member))
                    .description(description)
                    .tags(tags)
                    .register(registry);
        }
    }

    private double value(List<String> member) {
        Number n = values.get(member);
        return n == null ? 0 : n.doubleValue();
    }
}
