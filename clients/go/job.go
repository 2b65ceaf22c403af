package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"sync"

	"github.com/lib/pq"
)

func check(ok bool, what string) {
	if !ok {
		fmt.Fprintln(os.Stderr, "failed:", what)
		os.Exit(1)
	}
}

func main() {
	db, err := sql.Open("postgres", "sslmode=disable")
	check(err == nil, fmt.Sprint(err))
	db.SetMaxOpenConns(8)
	_, err = db.Exec("drop table if exists go_pq; create table go_pq (id serial primary key, n int unique, t text, a int[])")
	check(err == nil, fmt.Sprint(err))
	var id int
	err = db.QueryRow("insert into go_pq (n, t, a) values ($1, $2, $3) returning id", 1, "\u20ac", pq.Array([]int{1, 2})).Scan(&id)
	check(err == nil && id == 1, fmt.Sprint(err))
	st, err := db.Prepare("select t from go_pq where n = $1")
	check(err == nil, fmt.Sprint(err))
	for i := 0; i < 20; i++ {
		var t string
		check(st.QueryRow(1).Scan(&t) == nil && t == "\u20ac", "prepared")
	}
	tx, _ := db.Begin()
	cp, err := tx.Prepare(pq.CopyIn("go_pq", "n", "t"))
	check(err == nil, fmt.Sprint(err))
	for i := 100; i < 1000; i++ {
		_, err = cp.Exec(i, "x")
		check(err == nil, fmt.Sprint(err))
	}
	_, err = cp.Exec()
	check(err == nil, fmt.Sprint(err))
	cp.Close()
	check(tx.Commit() == nil, "commit")
	tx, _ = db.Begin()
	_, err = tx.Exec("insert into go_pq (n) values (1)")
	pe, is := err.(*pq.Error)
	check(is && pe.Code == "23505", fmt.Sprint(err))
	tx.Rollback()
	var wg sync.WaitGroup
	for k := 0; k < 10; k++ {
		wg.Add(1)
		go func(k int) {
			defer wg.Done()
			for i := 0; i < 30; i++ {
				_, err := db.Exec("update go_pq set t = $1 where n = $2", fmt.Sprint(k), 100+k)
				check(err == nil, fmt.Sprint(err))
				var t string
				check(db.QueryRow("select t from go_pq where n = $1", 100+k).Scan(&t) == nil, "read")
				check(t == fmt.Sprint(k), "own write")
			}
		}(k)
	}
	wg.Wait()
	ro, err := db.BeginTx(context.Background(), &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead})
	check(err == nil, fmt.Sprint(err))
	var n int
	check(ro.QueryRow("select count(*) from go_pq").Scan(&n) == nil && n == 901, "count")
	ro.Commit()
}
