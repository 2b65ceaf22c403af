package io.understudy.demo.conformity.library;

import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

@Entity
@Inheritance(strategy = InheritanceType.JOINED)
public class Author {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private Long id;

    private UUID key = UUID.randomUUID();
    private String name;
    private Instant since = Instant.now();

    @ManyToOne(fetch = FetchType.LAZY)
    private Author mentor;

    @ManyToMany(mappedBy = "authors")
    private Set<Work> works = new HashSet<>();

    protected Author() {}

    public Author(String name, Author mentor) {
        this.name = name;
        this.mentor = mentor;
    }

    public Long id() {
        return id;
    }
}
