use strict; use warnings; use DBI; use DBD::Pg qw(:async);
sub check { die "failed: $_[1]\n" unless $_[0] }
my $d = DBI->connect("dbi:Pg:dbname=$ENV{PGDATABASE};host=$ENV{PGHOST};port=$ENV{PGPORT}", $ENV{PGUSER}, $ENV{PGPASSWORD}, { RaiseError => 1, PrintError => 0, AutoCommit => 1, pg_enable_utf8 => 1 });
$d->do('set client_min_messages = warning');
$d->do('drop table if exists perl_dbd');
$d->do('create table perl_dbd (id serial primary key, n int unique, t text, a int[], b bytea)');
my $s = $d->prepare('insert into perl_dbd (n, t, a, b) values (?, ?, ?, ?) returning id');
$s->bind_param(4, undef, { pg_type => DBD::Pg::PG_BYTEA });
for my $i (1 .. 30) { $s->execute($i, "\x{20ac}$i", [$i, $i], "\0\xff"); check($s->fetchrow_array == $i, 'returning') }
my $r = $d->selectrow_hashref('select * from perl_dbd where n = ?', undef, 5);
check($r->{t} eq "\x{20ac}5" && $r->{a}[1] == 5 && $r->{b} eq "\0\xff", 'row');
check($d->last_insert_id(undef, undef, 'perl_dbd', undef) == 30, 'last_insert_id');
$d->begin_work; $d->do('delete from perl_dbd'); $d->pg_savepoint('a'); eval { $d->do('select 1/0') }; check($d->state eq '22012', 'state'); $d->pg_rollback_to('a'); $d->rollback;
check($d->selectrow_array('select count(*) from perl_dbd') == 30, 'rollback');
eval { $d->do('insert into perl_dbd (n) values (1)') }; check($d->state eq '23505', 'unique');
$d->do('copy perl_dbd (n, t) from stdin'); $d->pg_putcopydata("$_\tx\n") for 100 .. 1100; $d->pg_putcopyend;
$d->do('copy perl_dbd (n) to stdout'); my ($line, $n) = ('', 0); $n++ while $d->pg_getcopydata($line) >= 0; check($n == 1031, "copy $n");
$d->do('listen perl'); $d->do("notify perl, 'x'"); my $note; for (1 .. 20) { $note = $d->pg_notifies and last; select undef, undef, undef, 0.05 } check($note && $note->[2] eq 'x', 'notify');
$d->do('select pg_sleep(0.1)', { pg_async => PG_ASYNC }); check($d->pg_result, 'async');
my $sth = $d->table_info('', 'public', 'perl_dbd', 'TABLE'); check($sth->fetchrow_hashref->{TABLE_NAME} eq 'perl_dbd', 'table_info');
check(@{ $d->column_info('', 'public', 'perl_dbd', '%')->fetchall_arrayref } == 5, 'column_info');
check(($d->primary_key("", "public", "perl_dbd"))[0] eq "id", "primary_key");
check($d->ping == 1 || $d->ping > 0, 'ping');
$d->disconnect;
