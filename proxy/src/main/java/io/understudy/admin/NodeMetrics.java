package io.understudy.admin;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmHeapPressureMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.DiskSpaceMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The node's metrics. Names are like {@code understudy.commit.append}; Prometheus sees {@code understudy_commit_append_seconds}. Safe for use by many threads.
 */
public final class NodeMetrics implements AutoCloseable {
    private static final Duration TIMED_MIN = Duration.ofNanos(10_000);
    private static final Duration TIMED_MAX = Duration.ofSeconds(30);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics garbageCollection = new JvmGcMetrics();
    private final JvmHeapPressureMetrics heapPressure = new JvmHeapPressureMetrics();

    /** The registry holds what it counts only weakly. */
    private final Queue<LongSupplier> counted = new ConcurrentLinkedQueue<>();

    private final List<Family> families = new CopyOnWriteArrayList<>();

    /** Starts with what is known of the JVM and the process. */
    public NodeMetrics() {
        new UptimeMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        garbageCollection.bindTo(registry);
        heapPressure.bindTo(registry);
    }

    /** A value that goes up and down; {@code value} is asked at every scrape and must not wait. */
    public void gauge(String name, String description, DoubleSupplier value) {
        Gauge.builder(name, value, DoubleSupplier::getAsDouble)
                .description(description)
                .strongReference(true)
                .register(registry);
    }

    /** A count that only grows, kept elsewhere. */
    public void counter(String name, String description, LongSupplier count) {
        counted.add(count);
        FunctionCounter.builder(name, count, LongSupplier::getAsLong)
                .description(description)
                .register(registry);
    }

    /**
     * Values of things that become known one by one.
     *
     * @param labels what they are told apart by
     * @param values by the labels' values; asked at every scrape, must not wait
     */
    public void gauges(
            String name,
            String description,
            List<String> labels,
            Supplier<Map<List<String>, ? extends Number>> values) {
        families.add(new Family(registry, name, description, false, labels, values));
    }

    /** Counts of things that become known one by one, as {@link #gauges}. */
    public void counters(
            String name,
            String description,
            List<String> labels,
            Supplier<Map<List<String>, ? extends Number>> counts) {
        families.add(new Family(registry, name, description, true, labels, counts));
    }

    /** How often something was done, and how many seconds that took altogether; both kept elsewhere. */
    public void time(
            String name, String description, String label, String value, LongSupplier count, DoubleSupplier seconds) {
        counted.add(count);
        FunctionTimer.builder(name, count, LongSupplier::getAsLong, c -> seconds.getAsDouble(), TimeUnit.SECONDS)
                .description(description)
                .tag(label, value)
                .register(registry);
    }

    /** Size of the disk that a directory is on, and what is free of it. */
    public void disk(Path directory) {
        new DiskSpaceMetrics(directory.toFile()).bindTo(registry);
    }

    /**
     * How long something takes, 10 µs to 30 s, with quantiles by histogram.
     *
     * @return to be called with every duration
     */
    public Consumer<Duration> timer(String name, String description) {
        Timer timer = Timer.builder(name)
                .description(description)
                .minimumExpectedValue(TIMED_MIN)
                .maximumExpectedValue(TIMED_MAX)
                .publishPercentileHistogram()
                .register(registry);
        return timer::record;
    }

    /** The registry, for libraries that bind themselves to one (HikariCP takes it as an Object). */
    public Object registry() {
        return registry;
    }

    /** Everything in Prometheus's text format. */
    String scrape() {
        families.forEach(Family::refresh);
        return registry.scrape();
    }

    @Override
    public void close() {
        garbageCollection.close();
        heapPressure.close();
        registry.close();
    }
}
