package io.understudy.demo.conformity;

import io.understudy.demo.conformity.library.Author;
import io.understudy.demo.conformity.library.Novel;
import io.understudy.demo.conformity.library.Poet;
import io.understudy.demo.conformity.library.Work;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import org.hibernate.LockMode;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;

/** Makes Hibernate emit what it emits: every kind of mapping, query and lock that applications have. */
final class HibernateSession {
    private static final List<String> QUERIES = List.of(
            "from Work",
            "from Work w where w.title like :t escape '!'",
            "from Work w where w.title ilike :t",
            "select w from Work w join fetch w.authors a left join fetch w.tags where a.name in ('a', 'b', 'c')",
            "select a.name, count(w), sum(w.price), avg(w.price) from Author a left join a.works w group by a.name having count(w) > 0 order by a.name desc nulls last",
            "select w.title, row_number() over (partition by year(w.published) order by w.price) from Work w",
            "select w from Work w where w.price = (select max(o.price) from Work o where year(o.published) = year(w.published))",
            "select w from Work w where exists (select 1 from Author a where a member of w.authors)",
            "select case when w.price > 10 then 'dear' when w.price is null then 'unknown' else 'cheap' end, coalesce(w.title, ''), nullif(w.title, 'x') from Work w",
            "select upper(w.title), length(w.title), substring(w.title, 1, 3), concat(w.title, '-', w.id), trim(both ' ' from w.title), locate('a', w.title), replace(w.title, 'a', 'b') from Work w",
            "select current_date, current_timestamp, local datetime, extract(month from w.published), w.published + 3 day, cast(w.price as String), str(w.id) from Work w",
            "select abs(w.price), mod(w.version, 2), round(w.price, 1), floor(w.price), sign(w.price), power(w.price, 2) from Work w",
            "select type(w), w from Work w where type(w) = Novel",
            "select treat(w as Novel).genre from Work w",
            "with old as (select w.id as id, w.title as title from Work w where w.published < local date) select o.title from old o join Work w on w.id = o.id",
            "select a.id from Author a where a.mentor is not null union select w.id from Work w except select n.id from Novel n",
            "select w from Work w order by w.published fetch first 5 rows with ties",
            "select listagg(w.title, ', ') within group (order by w.title) from Work w",
            "select count(distinct w.title) filter (where w.price > 1) from Work w",
            "select json_value(w.notes, '$[0]') from Work w",
            "select a from Author a where a.key is null",
            "select every(w.price > 0), any(w.price > 0) from Work w",
            "select w.id from Work w where w.title between 'a' and 'b' and w.id not in (1, 2) and not (w.price <= 3)",
            "select a1.name, a2.name from Author a1 cross join Author a2 where a1.mentor = a2 and a2.since is distinct from a1.since",
            "select w.title from Work w join lateral (select a.name as name from w.authors a order by a.name limit 1) x");

    private HibernateSession() {}

    static void run(String url, String user, String password) {
        Configuration c = new Configuration()
                .addAnnotatedClass(Work.class)
                .addAnnotatedClass(Novel.class)
                .addAnnotatedClass(Author.class)
                .addAnnotatedClass(Poet.class)
                .setProperty("hibernate.connection.url", url)
                .setProperty("hibernate.connection.username", user)
                .setProperty("hibernate.connection.password", password)
                .setProperty("hibernate.query.hql.json_functions_enabled", "true")
                .setProperty("hibernate.hbm2ddl.auto", "update");
        try (SessionFactory factory = c.buildSessionFactory()) {
            factory.inTransaction(HibernateSession::store);
            factory.inTransaction(HibernateSession::query);
            factory.inTransaction(HibernateSession::lockAndChange);
            factory.inTransaction(HibernateSession::inBulk);
        }
    }

    private static void store(Session s) {
        Author teacher = new Author("a", null);
        s.persist(teacher);
        s.persist(new Poet("b", "romantic"));
        s.persist(new Author("c", teacher));
        for (int i = 0; i < 3; i++) {
            Work w = new Novel("novel " + i, new BigDecimal("12.50"), LocalDate.of(2020, 1, 1 + i), "crime");
            w.tags().add("long");
            w.authors().add(teacher);
            s.persist(w);
        }
        s.persist(new Work("work", BigDecimal.ONE, LocalDate.of(1999, 1, 1)));
    }

    private static void query(Session s) {
        for (String hql : QUERIES) {
            var q = s.createSelectionQuery(hql, Object.class);
            if (hql.contains(":t")) {
                q.setParameter("t", "n%");
            }
            if (!hql.contains("fetch")) {
                q.setFirstResult(0).setMaxResults(10);
            }
            q.getResultList();
        }
        s.createSelectionQuery("from Author", Author.class)
                .setFirstResult(1)
                .setMaxResults(2)
                .getResultList();
        s.createSelectionQuery("from Author", Author.class).getResultCount();
    }

    private static void lockAndChange(Session s) {
        for (LockMode mode : List.of(
                LockMode.PESSIMISTIC_READ,
                LockMode.PESSIMISTIC_WRITE,
                LockMode.PESSIMISTIC_FORCE_INCREMENT,
                LockMode.UPGRADE_SKIPLOCKED,
                LockMode.UPGRADE_NOWAIT)) {
            s.clear();
            s.createSelectionQuery("from Work w where w.title = 'work'", Work.class)
                    .setHibernateLockMode(mode)
                    .getResultList()
                    .forEach(w -> w.title("work"));
        }
        Work first = s.createSelectionQuery("from Work order by id", Work.class)
                .setMaxResults(1)
                .getSingleResult();
        first.title("renamed");
        first.tags().add("new");
        first.tags().remove("long");
        first.authors().clear();
        s.flush();
        s.remove(first);
    }

    private static void inBulk(Session s) {
        s.createMutationQuery("update Work w set w.title = upper(w.title), w.price = w.price + 1 where w.price < 100")
                .executeUpdate();
        s.createMutationQuery("update versioned Novel n set n.genre = 'x' where n.id in (select o.id from Novel o)")
                .executeUpdate();
        s.createMutationQuery("update Poet p set p.school = 'y', p.name = 'z'").executeUpdate();
        s.createMutationQuery("insert into Author (name) select w.title from Work w")
                .executeUpdate();
        s.createMutationQuery(
                        "insert into Author (id, name) values (900, 'n') on conflict (id) do update set name = excluded.name")
                .executeUpdate();
        s.createMutationQuery("delete Poet where name = 'z'").executeUpdate();
    }
}
