package node_test

import (
	"context"
	"fmt"
	"maps"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"entente/internal/datapackage"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/inbox"
	"entente/internal/exchange/node"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/stix/mapping"
	"entente/internal/exchange/taxii"
	"entente/internal/exchange/taxii/client"
	"entente/internal/ledger"
	"entente/internal/ledger/verify"
	"entente/internal/pgtest"
	"entente/internal/store"
)

// synthetic makes an object of a node's own.
func synthetic(t *testing.T, actor string, k int, more map[string]any) *stix.Object {
	t.Helper()
	m := map[string]any{
		"type": "indicator", "spec_version": "2.1", "id": fmt.Sprintf("indicator--00000000-0000-4000-8000-%012d", k), "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z",
		"created_by_ref": string(mapping.ActorIdentity("est")), "name": fmt.Sprintf("Synthetic %d", k), "pattern": "[ipv4-addr:value = '192.0.2.1']", "pattern_type": "stix",
		"valid_from": "2026-01-01T00:00:00Z", "object_marking_refs": []string{string(handling.Green.Mark())},
	}
	if actor == "jpn" {
		m["created_by_ref"] = string(mapping.ActorIdentity("jpn"))
	}
	maps.Copy(m, more)
	o, err := stix.Build(m)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func green(t *testing.T) []*stix.Object {
	t.Helper()
	list, err := handling.Definitions()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestEvidence: what a partner handed over is proven by what the receiver keeps,
// also when the partner is gone, and a changed object is found.
func TestEvidence(t *testing.T) {
	tr := pair(t, inFile)
	tr.share()
	tr.sync(tr.jpn, "estonia")
	table, id, _ := strings.Cut(tr.Position, ":")
	tr.clock.move(2e9)
	if _, err := tr.est.Withdraw(t.Context(), node.Recall{Records: []datapackage.Ref{{Table: table, ID: id}}, Who: "test", Why: "a test"}); err != nil {
		t.Fatal(err)
	}
	tr.sync(tr.jpn, "estonia")
	check := func(dir string) *verify.Report {
		t.Helper()
		r, err := verify.Folder(t.Context(), dir, verify.Options{Keys: tr.keys()})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	dir := filepath.Join(t.TempDir(), "evidence")
	c, err := tr.jpn.ExportEvidence(t.Context(), dir, "estonia")
	if err != nil {
		t.Fatal(err)
	}
	if r := check(dir); !r.OK() || r.Objects.Proven < 5 || r.Receipts.Proven != r.Objects.Proven || c.Log != "estonia.example/log" {
		t.Errorf("%s %+v", r.Result(), r)
	}
	tamper(t, tr, dir, "contents", "checkpoints/*.note", "openings/*.json", "objects/*.json", "receipts/*.note", "proofs/*.tlog-proof", "proofs/*.consistency")
	tr.stop[0]()
	alone := filepath.Join(t.TempDir(), "alone")
	if _, err := tr.jpn.ExportEvidence(t.Context(), alone, "estonia"); err != nil {
		t.Fatal(err)
	}
	if r := check(alone); r.Faults() != 0 || r.Objects.Proven < 5 {
		t.Errorf("without the partner: %s %+v", r.Result(), r)
	}
	if _, err := tr.jpn.ExportEvidence(t.Context(), alone, "estonia"); err == nil {
		t.Error("a folder that is there was written over")
	}
}

// TestShownDifferently: an object that is not what the partner's log says gets no
// receipt, and a person is told.
func TestShownDifferently(t *testing.T) {
	tr := pair(t, inFile)
	incident := tr.share()
	tr.sync(tr.jpn, "estonia")
	if err := tr.jpn.Store.Write(t.Context(), func(ctx context.Context, q store.Querier) error {
		_, err := q.ExecContext(ctx, "DELETE FROM exchange_cursors WHERE place = 'receipts'")
		if err == nil {
			_, err = q.ExecContext(ctx, "UPDATE exchange_inbox SET body = replace(CAST(body AS TEXT), 'nine days', 'ten days') WHERE object = $1", string(incident))
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	r := tr.sync(tr.jpn, "estonia")
	if len(r.Findings) != 1 || r.Findings[0].What != node.FoundDifferent || r.Findings[0].Object != string(incident) {
		t.Errorf("%+v", r.Findings)
	}
}

// TestTakenAwayWithoutAWord: what the partner removes without withdrawing it is
// found by its manifest.
func TestTakenAwayWithoutAWord(t *testing.T) {
	tr := pair(t, inFile)
	incident := tr.share()
	tr.sync(tr.jpn, "estonia")
	state, err := tr.est.Book.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c, _ := state.Collection("incidents")
	if err := tr.est.Shelf.Take(t.Context(), c.ID, incident, taxii.Versions{All: true}); err != nil {
		t.Fatal(err)
	}
	r := tr.sync(tr.jpn, "estonia")
	gone := 0
	for _, c := range r.Collections {
		for _, k := range c.Withdrawn {
			if k.ID == incident {
				gone++
			}
		}
	}
	if gone != 1 {
		t.Errorf("%+v", r.Collections)
	}
}

// TestPushed: what a partner adds to a collection of ours comes into the inbox with
// its leaf, and the partner can prove that we took it.
func TestPushed(t *testing.T) {
	tr := pair(t, inFile)
	if _, err := tr.est.Book.Edit(t.Context(), "test", "test", func(s *partner.Settings) error {
		s.Collection("positions").Writers = []string{"japan"}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	p, err := tr.jpn.Book.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	est, _ := p.Partner("estonia")
	config, err := partner.ClientTLS(tr.jpn.Dir, *est)
	if err != nil {
		t.Fatal(err)
	}
	web := &http.Client{Transport: &http.Transport{TLSClientConfig: config}}
	defer web.CloseIdleConnections()
	token := tr.token(t, 1)
	cl, err := client.New(client.Options{URL: est.URL + "taxii2/", HTTP: web, Authorize: func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) }})
	if err != nil {
		t.Fatal(err)
	}
	o := synthetic(t, "jpn", 7, nil)
	added, err := cl.Add(t.Context(), "positions", append(green(t), o), client.AddOptions{})
	if err != nil || added.Failure > 0 || len(added.Receipts) == 0 {
		t.Fatalf("%+v %v", added, err)
	}
	items, err := tr.est.Inbox.List(t.Context(), inbox.Ask{Partner: "japan", Object: o.ID()})
	if err != nil || len(items) != 1 || items[0].Level != handling.Green {
		t.Fatalf("%+v %v", items, err)
	}
	h, err := tr.est.Handler(node.ServeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range added.Receipts {
		if w := answer(h, request(t, "GET", fmt.Sprintf("https://localhost/exchange/v1/proof?leaf=%d", r.Leaf), token, "")); w.Code != 200 || !strings.Contains(w.Body.String(), "tlog-proof") {
			t.Errorf("leaf %d: %d %s", r.Leaf, w.Code, w.Body)
		}
	}
}

// TestLevelsOfWhatComesIn: what comes in has the level of its marks, and its leaf is
// blind above GREEN.
func TestLevelsOfWhatComesIn(t *testing.T) {
	tr := pair(t, inFile)
	state, err := tr.est.Book.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c, _ := state.Collection("incidents")
	plain := synthetic(t, "est", 1, map[string]any{"object_marking_refs": []string{string(handling.AmberStrict.Mark())}})
	if _, err := tr.est.Shelf.Put(t.Context(), c.ID, append(green(t), plain, synthetic(t, "est", 3, nil))); err != nil {
		t.Fatal(err)
	}
	tr.sync(tr.jpn, "estonia")
	for k, want := range map[int]handling.TLP{1: handling.AmberStrict, 3: handling.Green} {
		items, err := tr.jpn.Inbox.List(t.Context(), inbox.Ask{Object: stix.ID(fmt.Sprintf("indicator--00000000-0000-4000-8000-%012d", k))})
		if err != nil || len(items) != 1 || items[0].Level != want {
			t.Errorf("%d: %+v %v", k, items, err)
			continue
		}
		var o *ledger.Opening
		if err := tr.jpn.Store.Read(t.Context(), func(ctx context.Context, q store.Querier) error {
			o, err = tr.jpn.Log.Opening(ctx, q, items[0].Leaf)
			return err
		}); err != nil || o.Kind != ledger.Received || o.Plain != (want <= handling.Green) || o.Partner != "estonia.example/log" {
			t.Errorf("%d: %+v %v", k, o, err)
		}
	}
}

// TestTwoServersOnOneDatabase: two processes serve one node, four writers share at
// once, a partner reads now from the one and now from the other: nothing is lost,
// nothing comes twice, and the log has one history.
func TestTwoServersOnOneDatabase(t *testing.T) {
	prepared := func(t *testing.T) string { return pgtest.Database(t, "two", prepareCorpus) }
	tr := pair(t, prepared)
	second := tr.open(0)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	tr.serve(0, second, l)
	stopSecond := tr.stop[0]
	urls := []string{"https://" + tr.est.Config.Listen + "/", "https://" + l.Addr().String() + "/"}
	state, err := tr.est.Book.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c, _ := state.Collection("positions")
	if _, err := tr.est.Shelf.Put(t.Context(), c.ID, green(t)); err != nil {
		t.Fatal(err)
	}
	const writers, each = 4, 25
	var wait sync.WaitGroup
	for w := range writers {
		n := []*node.Node{tr.est, second}[w%2]
		wait.Go(func() {
			for k := range each {
				if _, err := n.Shelf.Put(context.Background(), c.ID, []*stix.Object{synthetic(t, "est", 1000*(w+1)+k, nil)}); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { wait.Wait(); close(done) }()
	brought := 0
	for i, last := 0, false; !last; i++ {
		select {
		case <-done:
			last = true
		case <-time.After(50 * time.Millisecond):
		}
		if _, err := tr.jpn.Book.Edit(t.Context(), "test", "test", func(s *partner.Settings) error {
			s.Partner("estonia").URL = urls[i%2]
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		r, err := tr.jpn.Sync(t.Context(), "estonia", node.SyncOptions{})
		if err != nil || len(r.Findings) > 0 || len(r.Faults) > 0 {
			t.Fatalf("%+v %v", r, err)
		}
		brought += r.New()
	}
	tr.clock.move(2 * time.Second)
	r := tr.sync(tr.jpn, "estonia")
	brought += r.New()
	items, err := tr.jpn.Inbox.List(t.Context(), inbox.Ask{Type: "indicator"})
	if err != nil || len(items) != writers*each {
		t.Errorf("%d indicators came of %d; %v", len(items), writers*each, err)
	}
	if want := writers*each + len(green(t)); brought != want {
		t.Errorf("%d versions came, of %d", brought, want)
	}
	s, err := second.Status(t.Context())
	if err != nil || s.Partners[0].Receipted != s.Partners[0].Handed || s.Partners[0].Handed != brought {
		t.Errorf("%+v %v", s, err)
	}
	if _, r := tr.export(tr.est, "japan"); !r.OK() {
		t.Errorf("%s %v", r.Result(), r.Findings)
	}
	stopSecond()
}

// TestSealedEnvelope: RED goes to a named function, comes with the next sync, and is
// receipted without being opened.
func TestSealedEnvelope(t *testing.T) {
	tr := pair(t, inFile)
	d := desk{Node: tr.est, t: t, ctx: t.Context(), clock: tr.clock}
	key := d.functionKey("japan", "duty-officer", true)
	s, err := tr.est.Seal(t.Context(), node.SealRequest{Files: []node.File{bundle(t, incident())}, To: []node.Recipient{{Partner: "japan", Name: "duty-officer"}}, Who: "test", Why: "a test"})
	if err != nil {
		t.Fatal(err)
	}
	r := tr.sync(tr.jpn, "estonia")
	if r.Sealed != 1 || r.Receipts.Acknowledged != 1 || len(r.Findings) > 0 {
		t.Errorf("%+v", r)
	}
	if got, err := tr.jpn.OpenSealed(t.Context(), s.To[0].ID, key); err != nil || len(got) == 0 {
		t.Error(err)
	}
	if r := tr.sync(tr.jpn, "estonia"); r.Sealed != 0 {
		t.Error("the envelope came twice")
	}
	if _, r := tr.export(tr.est, "japan"); !r.OK() || r.Receipts.Proven != 1 {
		t.Errorf("%s %+v", r.Result(), r)
	}
}

// TestReceiptsOwed: releases whose objects are not here are tried again at each
// sync, all of them, and receipted once the objects are there.
func TestReceiptsOwed(t *testing.T) {
	tr := pair(t, inFile)
	list := green(t)
	const n = 450
	for k := range n {
		list = append(list, synthetic(t, "est", k+1, nil))
	}
	if _, err := tr.est.Shelf.Put(t.Context(), "positions", list); err != nil {
		t.Fatal(err)
	}
	first := tr.sync(tr.jpn, "estonia")
	if first.Receipts.Acknowledged != len(list) {
		t.Fatalf("%+v", first.Receipts)
	}
	// What was kept is lost, and so is how far receipts were given.
	if err := tr.jpn.Store.Write(t.Context(), func(ctx context.Context, q store.Querier) error {
		_, err := q.ExecContext(ctx, "DELETE FROM exchange_inbox")
		if err == nil {
			_, err = q.ExecContext(ctx, "DELETE FROM exchange_cursors WHERE place = 'receipts'")
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	r, err := tr.jpn.Sync(t.Context(), "estonia", node.SyncOptions{})
	if err != nil || r.Receipts.Acknowledged != 0 || r.Receipts.Waiting != len(list) {
		t.Fatalf("%+v %v", r.Receipts, err)
	}
	// The comparison of the manifest finds and fetches them, and every receipt follows.
	r = tr.sync(tr.jpn, "estonia")
	if r.New() != len(list) || r.Receipts.Acknowledged != len(list) || r.Receipts.Waiting != 0 {
		t.Errorf("%d new, %+v", r.New(), r.Receipts)
	}
	if s, err := tr.jpn.Status(t.Context()); err != nil || s.Partners[0].Owed != 0 {
		t.Errorf("%+v %v", s.Partners[0], err)
	}
}
