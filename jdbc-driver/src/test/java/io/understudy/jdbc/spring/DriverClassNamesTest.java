package io.understudy.jdbc.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.jdbc.UnderstudyDriver;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

class DriverClassNamesTest {
    private static final String NAME = "spring.datasource.driver-class-name";

    @Configuration
    static class Nothing {}

    @Test
    void aUrlOfOursNeedsNoDriverClassName() {
        assertThat(property(NAME, "--spring.datasource.url=jdbc:understudy://h/db"))
                .isEqualTo(UnderstudyDriver.class.getName());
        assertThat(property("second.db.driver-class-name", "--second.db.url=jdbc:understudy://h/db"))
                .isEqualTo(UnderstudyDriver.class.getName());
    }

    @Test
    void otherUrlsAndNamesThatAreGivenStay() {
        assertThat(property(NAME, "--spring.datasource.url=jdbc:postgresql://h/db"))
                .isNull();
        assertThat(property(NAME)).isNull();
        assertThat(property(NAME, "--spring.datasource.url=jdbc:understudy://h/db", "--" + NAME + "=mine"))
                .isEqualTo("mine");
    }

    private static @Nullable String property(String name, String... arguments) {
        SpringApplication application = new SpringApplication(Nothing.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        try (ConfigurableApplicationContext context = application.run(arguments)) {
            return context.getEnvironment().getProperty(name);
        }
    }
}
