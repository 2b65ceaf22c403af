package io.understudy.jdbc.spring;

import io.understudy.jdbc.UnderstudyDriver;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;

/**
 * Answers for {@code spring.datasource.driver-class-name}, and for any other property of that ending, if the {@code url} beside it is one of ours and nobody else answers. Spring Boot knows the driver classes of
 * a fixed list of URLs only. A listener and no {@code EnvironmentPostProcessor}, because that interface moved between Spring Boot 3 and 4.
 */
public final class DriverClassNames implements ApplicationListener<ApplicationEnvironmentPreparedEvent> {

    /** For {@code META-INF/spring.factories}. */
    public DriverClassNames() {}

    @Override
    public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
        ConfigurableEnvironment environment = event.getEnvironment();
        if (!environment.getPropertySources().contains(Source.NAME)) {
            environment.getPropertySources().addLast(new Source(environment::getProperty));
        }
    }

    private interface Properties {
        @Nullable
        String get(String name);
    }

    /** Looks when it is asked: the URL may be set later, as tests with containers do. */
    private static final class Source extends PropertySource<Properties> {
        static final String NAME = "understudy driver class names";
        private static final String ENDING = ".driver-class-name";

        /** @param properties the environment's; a source that is the environment itself would be searched within itself for ever */
        Source(Properties properties) {
            super(NAME, properties);
        }

        @Override
        public @Nullable Object getProperty(String name) {
            if (!name.endsWith(ENDING)) {
                return null;
            }
            String beside = name.substring(0, name.length() - ENDING.length());
            String url = getSource().get(beside + ".url");
            return url != null && url.startsWith("jdbc:understudy:") ? UnderstudyDriver.class.getName() : null;
        }
    }
}
