package io.understudy.demo.conformity.library;

import jakarta.persistence.Entity;
import java.math.BigDecimal;
import java.time.LocalDate;

@Entity
public class Novel extends Work {
    private String genre;

    protected Novel() {}

    public Novel(String title, BigDecimal price, LocalDate published, String genre) {
        super(title, price, published);
        this.genre = genre;
    }
}
