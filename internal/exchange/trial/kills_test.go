package trial_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"entente/internal/exchange/handling"
	"entente/internal/exchange/node"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/stix/mapping"
	"entente/internal/pgtest"
	"entente/internal/store"
	"entente/internal/testskip"
)

// The two creators of objects that partners add.
const (
	makerA stix.ID = "identity--aaaaaaaa-0000-4000-8000-000000000001"
	makerB stix.ID = "identity--bbbbbbbb-0000-4000-8000-000000000002"
)

// Two nodes exchange while four writers write; server, client and writers are
// killed at random. Whatever was acknowledged reaches everybody who may have it,
// once and as it was, and nobody else; the log accounts for all of it.
func TestNothingIsLostByKills(t *testing.T) {
	engines(t, func(t *testing.T, place func(*testing.T) string) {
		k := newKilling(t, place)
		k.run(kills(t), k.kill)
		k.settle()
	})
	if kills(t) <= 20 {
		return
	}
	t.Run("postgres server", func(t *testing.T) {
		s, err := pgtest.Start(t.Context(), pgtest.Options{Durable: true})
		if errors.Is(err, pgtest.ErrNone) {
			testskip.Missing(t, "postgres", pgtest.Mend)
		}
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = s.Close() }()
		if err := fill(s.DSN("postgres")); err != nil {
			t.Fatal(err)
		}
		places := []string{s.DSN("postgres"), ""}
		k := newKilling(t, func(*testing.T) string {
			place := places[0]
			places = places[1:]
			return place
		})
		k.outage = true
		k.run(kills(t)/4, func() {
			k.did("postgres")
			if err := errors.Join(s.Kill(), s.Run(context.WithoutCancel(t.Context()))); err != nil {
				t.Fatal(err)
			}
			k.kill()
		})
		k.settle()
	})
}

// killing is the trial of kills.
type killing struct {
	t       *testing.T
	w       *world
	a, b    *site
	o       *oracle
	rnd     *rand.Rand
	readers map[*reader]handling.TLP
	post    [2]*reader
	put     *proc
	sync    *proc
	victims []*proc
	killed  map[string]int
	shares  atomic.Int64 // sharing programs that were killed
	sum     tally
	// outage: the database fails too, which answers of 503 and failed programs may
	// say.
	outage bool
	// servers is how many processes serve node a.
	servers int
}

func seed(t *testing.T) uint64 {
	n := uint64(time.Now().UnixNano())
	if v := os.Getenv(envSeed); v != "" {
		var err error
		if n, err = strconv.ParseUint(v, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%s=%d", envSeed, n)
	return n
}

func newKilling(t *testing.T, place func(*testing.T) string) *killing {
	k := &killing{t: t, w: newWorld(t), o: newOracle(), readers: map[*reader]handling.TLP{}, killed: map[string]int{}, servers: 1}
	s := seed(t)
	k.rnd = rand.New(rand.NewPCG(s, 1))
	where := place(t)
	if where != "" {
		k.servers = 2
	}
	k.a, k.b = k.w.site(0, where), k.w.site(1, place(t))
	k.a.know(k.b)
	k.b.know(k.a)
	k.post[0] = k.a.reader("writer p0", colShared, k.a.outsider("p0", makerA), 0, false)
	k.a.outsider("p1", makerB)
	k.post[1] = k.a.reader("writer p1", colShared, "", 0, false)
	k.post[1].basic = [2]string{"p1", k.a.password("p1")}
	reads, green, none := k.a.outsider("reads"), k.a.outsider("green"), k.a.outsider("none")
	k.a.furnish(map[string]handling.TLP{
		k.b.name: handling.AmberStrict, "p0": handling.AmberStrict, "p1": handling.AmberStrict, "reads": handling.AmberStrict, "green": handling.Green,
	}, "p0", "p1")
	k.a.serve(k.servers)
	for _, place := range []string{colShared, colOwn} {
		k.readers[k.a.reader("by next "+place[:1], place, reads, 50, false)] = handling.AmberStrict
		k.readers[k.a.reader("by date "+place[:1], place, reads, 7, true)] = handling.AmberStrict
		k.readers[k.a.reader("green "+place[:1], place, green, 11, true)] = handling.Green
	}
	k.readers[k.a.reader("stranger", colOwn, none, 10, false)] = 0
	k.put = k.a.put(k.o, s)
	k.sync = k.w.process("sync", program(t), "sync", k.a.name, "--node", k.b.dir, "--quick", "--watch", "--every", "1s")
	k.victims = append([]*proc{k.put, k.sync}, k.a.servers...)
	return k
}

// password makes a password for a partner.
func (s *site) password(id string) string {
	s.w.t.Helper()
	var out string
	s.with(func(n *node.Node) {
		secret, _, err := n.Book.NewPassword(s.w.t.Context(), "trial", id, "trial", "", n.Now().Add(24*time.Hour))
		if err != nil {
			s.w.t.Fatal(err)
		}
		out = secret
	})
	s.w.basic(id, out)
	return out
}

// kill kills somebody, who comes back.
func (k *killing) kill() {
	v := k.victims[k.rnd.IntN(len(k.victims))]
	v.kill()
	k.did(strings.TrimRight(v.name, "0123456789"))
	if k.rnd.IntN(3) == 0 { // gone for a while
		time.Sleep(time.Duration(k.rnd.IntN(300)) * time.Millisecond)
	}
	anew(v, k.rnd)
	v.start()
}

// did counts a disturbance.
func (k *killing) did(what string) { k.killed[what]++ }

// run disturbs n times while everybody works.
func (k *killing) run(n int, disturb func()) {
	ctx, cancel := context.WithCancel(k.t.Context())
	defer cancel()
	var all sync.WaitGroup
	for i, r := range k.post {
		m := newMaker(k.rnd.Uint64(), r.name, []stix.ID{makerA, makerB}[i], colShared)
		all.Go(func() { r.post(ctx, k.o, m) })
	}
	m := newMaker(k.rnd.Uint64(), "share", mapping.ActorIdentity(actors[0]), colOwn)
	m.fresh = true // what is shared again becomes a version of the node's own making
	all.Go(func() { k.a.share(ctx, k.o, m, &k.shares, k.outage) })
	for r, level := range k.readers {
		if level > 0 {
			all.Go(func() { r.follow(ctx) })
		}
	}
	k.put.start()
	k.sync.start()
	for range n {
		time.Sleep(time.Duration(50+k.rnd.IntN(500)) * time.Millisecond)
		disturb()
		k.sum.trials++
		if k.t.Failed() {
			break
		}
	}
	cancel()
	all.Wait()
	k.put.kill()
	k.sync.kill()
}

// settle lets everybody finish in peace and counts.
func (k *killing) settle() {
	ctx := k.t.Context()
	for _, p := range k.a.servers {
		p.kill() // the last word is that of a fresh start
		p.start()
	}
	places := []string{colShared, colOwn}
	k.sum.writes = k.o.acks
	sets := map[string]map[string]*copyOf{} // what the clearest reader of a collection got
	for r, level := range k.readers {
		if level == 0 {
			k.stranger(r)
			continue
		}
		r.finish(ctx)
		k.o.check(k.t, r.name, r.got, level, []string{r.place}, &k.sum)
		k.noFailures(r)
		if level == handling.AmberStrict {
			if sets[r.place] == nil {
				sets[r.place] = r.got
			}
			k.sum.lost += same(k.t, r.name, r.got, sets[r.place])
			dates := r.manifest(ctx)
			if len(dates) != len(r.got) {
				k.t.Errorf("%s got %d versions, the manifest has %d", r.name, len(r.got), len(dates))
			}
		}
	}
	for _, r := range k.post {
		k.noFailures(r)
	}
	for _, got := range sets {
		for key := range got {
			if x := k.o.things[key]; x != nil && !x.acknowledged {
				k.sum.beyond++
			}
		}
	}
	all := map[string]*copyOf{}
	for _, got := range sets {
		for key, c := range got {
			if all[key] == nil {
				all[key] = c
			}
		}
	}
	k.partner(all, places)
	k.ledger()
	k.w.noSecrets(filepath.Join(k.w.dir, "export"))
	pages, failures := 0, 0
	for r := range k.readers {
		pages += r.pages
		failures += r.failures
	}
	k.t.Logf("%s", &k.sum)
	k.t.Logf("disturbances: %v, %d sharing programs; %d pages came whole, %d requests failed", k.killed, k.shares.Load(), pages, failures)
	if k.sum.writes == 0 {
		k.t.Error("nothing was ever acknowledged: the trial tested nothing")
	}
}

// noFailures checks that the server never blamed itself.
func (k *killing) noFailures(r *reader) {
	n := r.serverErrors()
	if k.outage {
		n -= r.statuses[503]
	}
	if n > 0 {
		k.t.Errorf("%s: %d answers of 500 and above: %v\n%s", r.name, n, r.statuses, k.a.said("status=500"))
	}
}

// stranger has a token and belongs to no circle.
func (k *killing) stranger(r *reader) {
	for _, place := range []string{colShared, colOwn, colClosed, "shared"} {
		for _, what := range []string{"", "objects/", "manifest/"} {
			res, err := r.request(k.t.Context(), "GET", "collections/"+place+"/"+what, nil, nil)
			if err != nil {
				k.t.Error(err)
				continue
			}
			_ = res.Body.Close()
			if res.StatusCode != 404 && res.StatusCode != 403 {
				k.sum.leaked++
				k.t.Errorf("a stranger gets %d for %s %s", res.StatusCode, place, what)
			}
		}
	}
}

// same checks that two got the same, and counts what the one lacks.
func same(t *testing.T, who string, got, want map[string]*copyOf) int {
	t.Helper()
	missing := 0
	for key := range want {
		if got[key] == nil {
			missing++
		}
	}
	if missing > 0 || len(got) != len(want) {
		t.Errorf("%s got %d versions, another reader of the same collection %d; %d are missing", who, len(got), len(want), missing)
	}
	return missing
}

// partner finishes the partner's reading and holds its inbox against what the
// readers got.
func (k *killing) partner(want map[string]*copyOf, places []string) {
	// Quick: only what the cursor leads to, nothing read again and nothing compared.
	k.w.command(program(k.t), "sync", k.a.name, "--node", k.b.dir, "--quick")
	k.sum.lost += same(k.t, "the partner's inbox, by its cursor alone,", k.b.inbox(k.a.name).copies, want)
	time.Sleep(1100 * time.Millisecond) // a checkpoint covers what was released last
	out := k.w.command(program(k.t), "sync", k.a.name, "--node", k.b.dir)
	for _, bad := range []string{"missing:", "gone without", "FOUND", "not done", "fetched now"} {
		if strings.Contains(out, bad) {
			k.t.Errorf("the last sync says %q:\n%s", bad, out)
		}
	}
	got := k.b.inbox(k.a.name)
	k.o.check(k.t, "the partner", got.copies, handling.AmberStrict, places, &k.sum)
	k.sum.lost += same(k.t, "the partner's inbox", got.copies, want)
	if got.owed > 0 {
		k.t.Errorf("the partner owes receipts for %d of %d versions", got.owed, len(got.copies))
	}
}

// inboxed is what a node keeps of a partner.
type inboxed struct {
	copies map[string]*copyOf
	owed   int
	leaves map[int64]bool
}

func (s *site) inbox(from string) inboxed {
	s.w.t.Helper()
	in := inboxed{copies: map[string]*copyOf{}, leaves: map[int64]bool{}}
	s.with(func(n *node.Node) {
		err := n.Store.Read(s.w.t.Context(), func(ctx context.Context, q store.Querier) error {
			rows, err := q.QueryContext(ctx, "SELECT object, version_key, type, receipted, leaf, body FROM exchange_inbox WHERE partner = $1", from)
			if err != nil {
				return err
			}
			defer func() { _ = rows.Close() }()
			for rows.Next() {
				var id, version, typ string
				var receipted, leaf int64
				var body []byte
				if err := rows.Scan(&id, &version, &typ, &receipted, &leaf, &body); err != nil {
					return err
				}
				key := id + " " + version
				if in.copies[key] == nil {
					in.copies[key] = &copyOf{raw: string(body), definition: typ == "marking-definition"}
				}
				in.copies[key].times++
				if receipted == 0 {
					in.owed++
				}
				if in.leaves[leaf] {
					s.w.t.Errorf("two arrivals have leaf %d", leaf)
				}
				in.leaves[leaf] = true
			}
			return rows.Err()
		})
		if err != nil {
			s.w.t.Error(err)
		}
	})
	return in
}

// ledger checks that the log accounts for all that left, and that it holds.
func (k *killing) ledger() {
	k.a.with(func(n *node.Node) {
		loss, err := n.Shelf.Loss(k.t.Context())
		if err != nil {
			k.t.Error(err)
		}
		for _, l := range loss {
			withheld := 0
			for _, c := range l.Withheld {
				withheld += c
			}
			if l.Lying != l.Allowed+withheld {
				k.t.Errorf("the account of %s does not add up: %+v", l.Partner, l)
			}
			if l.Partner == k.b.name && (l.Waiting != 0 || l.Handed != l.Receipted || l.Handed != l.Allowed) {
				k.t.Errorf("the account of the partner: %+v", l)
			}
		}
		k.released(n)
	})
	for s, whom := range map[*site]string{k.a: "*", k.b: "*"} {
		k.w.verify(s, whom, k.a, k.b)
	}
	k.w.verify(k.a, k.b.name, k.a, k.b)
}

// released holds the releases in the log against what readers really got.
func (k *killing) released(n *node.Node) {
	counts := map[string]int{}
	err := n.Store.Read(k.t.Context(), func(ctx context.Context, q store.Querier) error {
		clear(counts)
		rows, err := q.QueryContext(ctx, "SELECT partner, collection, count(*), count(DISTINCT leaf) FROM exchange_releases GROUP BY partner, collection")
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var partner, place string
			var releases, leaves int
			if err := rows.Scan(&partner, &place, &releases, &leaves); err != nil {
				return err
			}
			if releases != leaves {
				k.t.Errorf("%s, %s: %d releases, %d leaves", partner, place, releases, leaves)
			}
			counts[partner+" "+place] = releases
		}
		return rows.Err()
	})
	if err != nil {
		k.t.Error(err)
	}
	for r, level := range k.readers {
		id := map[handling.TLP]string{handling.AmberStrict: "reads", handling.Green: "green"}[level]
		if id != "" && counts[id+" "+r.place] != len(r.got) {
			k.t.Errorf("%s got %d versions, the log has %d releases", r.name, len(r.got), counts[id+" "+r.place])
		}
	}
}

// verify exports what a node can prove and checks it with the program, as anybody
// could.
func (w *world) verify(s *site, whom string, keys ...*site) {
	w.t.Helper()
	name := whom
	if whom == "*" {
		name = "everybody"
	}
	out := filepath.Join(w.dir, "export", s.name+"-for-"+name)
	if err := os.MkdirAll(filepath.Dir(out), 0o700); err != nil {
		w.t.Fatal(err)
	}
	w.command(program(w.t), "node", "export", out, "--for", whom, "--node", s.dir)
	args := []string{program(w.t), "verify", out}
	for _, k := range keys {
		args = append(args, "--key", k.public)
	}
	report := w.command(args...)
	w.t.Logf("verify %s for %s: %s", s.name, name, strings.ReplaceAll(strings.TrimSpace(report), "\n", " | "))
}
