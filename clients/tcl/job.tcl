package require Pgtcl
set c [pg_connect -conninfo ""]
proc run {c sql} { set r [pg_exec $c $sql]; set s [pg_result $r -status]; set e [pg_result $r -error]; if {$s eq "PGRES_FATAL_ERROR"} { pg_result $r -clear; error $e }; return $r }
run $c {drop table if exists tcl_job}
run $c {create table tcl_job (n int primary key, t text)}
run $c {begin}
for {set i 0} {$i < 20} {incr i} { run $c "insert into tcl_job values ($i, 't$i')" }
run $c {commit}
set n 0
pg_select $c {select * from tcl_job} row { incr n }
if {$n != 20} { error "rows $n" }
if {![catch {run $c {insert into tcl_job values (1, 'x')}} e]} { error "no error" }
set r [run $c {select t from tcl_job where n = 7}]
if {[pg_result $r -getTuple 0] ne "t7"} { error "row" }
pg_disconnect $c
