package io.understudy.demo.conformity.library;

import jakarta.persistence.Column;
import jakarta.persistence.DiscriminatorColumn;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.Version;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

@Entity
@Inheritance(strategy = InheritanceType.SINGLE_TABLE)
@DiscriminatorColumn(name = "form")
public class Work {
    @Id
    @GeneratedValue(strategy = GenerationType.SEQUENCE)
    private Long id;

    @Version
    private int version;

    private String title;

    @Column(precision = 12, scale = 2)
    private BigDecimal price;

    private LocalDate published;

    @JdbcTypeCode(SqlTypes.JSON)
    private List<String> notes = new ArrayList<>();

    @ElementCollection
    private Set<String> tags = new HashSet<>();

    @ManyToMany
    private Set<Author> authors = new HashSet<>();

    protected Work() {}

    public Work(String title, BigDecimal price, LocalDate published) {
        this.title = title;
        this.price = price;
        this.published = published;
    }

    public Long id() {
        return id;
    }

    public void title(String other) {
        title = other;
    }

    public Set<String> tags() {
        return tags;
    }

    public Set<Author> authors() {
        return authors;
    }
}
