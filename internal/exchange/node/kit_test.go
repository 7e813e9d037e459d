package node_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"net"
	"net/http"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"entente/internal/exchange/handling"
	"entente/internal/exchange/node"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/taxii/taxiitest"
)

// The conformance kit against a node as partners meet it: TLS, tokens and
// passwords of the book, the rules, the log, two processes on one store.
func TestConformance(t *testing.T) {
	both(t, func(t *testing.T, place func(t *testing.T) string) {
		dir := filepath.Join(t.TempDir(), "node")
		o := node.InitOptions{Actor: "est", Listen: "127.0.0.1:8441", Place: place(t), Who: "test"}
		if o.Place == "" {
			c, err := corpus()
			if err != nil {
				t.Fatal(err)
			}
			o.Corpus = c
		}
		if err := node.Init(t.Context(), dir, o); err != nil {
			t.Fatal(err)
		}
		var nodes [2]*node.Node
		var urls [2]string
		for i := range nodes {
			var err error
			if nodes[i], err = node.Open(t.Context(), dir, node.Options{}); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = nodes[i].Close() })
			urls[i] = served(t, nodes[i])
		}
		target := kitTarget(t, nodes[0])
		target.URL, target.Also = urls[0], urls[1:]
		ca, err := partner.CABundle(dir)
		if err != nil {
			t.Fatal(err)
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM([]byte(ca)) {
			t.Fatal("the node has no authority")
		}
		target.Client = &http.Client{Timeout: time.Minute, Transport: &http.Transport{
			MaxIdleConnsPerHost: 16, DisableCompression: true,
			TLSClientConfig: &tls.Config{RootCAs: pool, ServerName: "localhost", MinVersion: tls.VersionTLS12},
		}}
		t.Cleanup(target.Client.CloseIdleConnections)
		taxiitest.Run(t, func(*testing.T) taxiitest.Target { return target })
	})
}

// served serves a node on a free port until the test ends.
func served(t *testing.T, n *node.Node) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- n.ServeOn(ctx, l, node.ServeOptions{PerMinute: -1}) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("the server ended with %v", err)
		}
	})
	return "https://" + l.Addr().String()
}

// kitTarget makes the accounts and collections of the kit.
func kitTarget(t *testing.T, n *node.Node) taxiitest.Target {
	t.Helper()
	target := taxiitest.Target{Creator: "identity--" + uuid.NewString(), Creator2: "identity--" + uuid.NewString()}
	var places []taxiitest.Place
	_, err := n.Book.Edit(t.Context(), "test", "the kit", func(s *partner.Settings) error {
		places = nil
		var members []handling.Member
		for _, id := range []string{"both", "reader", "writer", "stranger"} {
			p := partner.Partner{Partner: handling.Partner{ID: id, Name: id}}
			switch id {
			case "both":
				p.Identities = []stix.ID{stix.ID(target.Creator)}
			case "writer":
				p.Identities = []stix.ID{stix.ID(target.Creator2)}
			}
			if err := s.AddPartner(p); err != nil {
				return err
			}
			if id == "both" || id == "reader" {
				members = append(members, handling.Member{Partner: id, Clearance: handling.Amber})
			}
		}
		if err := s.AddCommunity(handling.Community{ID: "readers", Members: members}); err != nil {
			return err
		}
		for range 300 { // the kit takes one for each check
			id := partner.NewCollectionID()
			if err := s.AddCollection(partner.Collection{
				Collection: handling.Collection{ID: id, Title: "Synthetic", Communities: []string{"readers"}, Ceiling: handling.Amber},
				Alias:      "alias-" + id[:8], Writers: []string{"both", "writer"},
			}); err != nil {
				return err
			}
			places = append(places, taxiitest.Place{ID: id, Alias: "alias-" + id[:8]})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var used atomic.Int64
	target.Collection = func(t *testing.T) taxiitest.Place {
		i := int(used.Add(1))
		if i >= len(places) {
			t.Fatal("the kit takes more collections than there are")
		}
		return places[i]
	}
	until := time.Now().Add(time.Hour)
	for id, into := range map[string]*string{"both": &target.Both, "reader": &target.Reader} {
		secret, _, err := n.Book.NewToken(t.Context(), "test", id, "kit", until)
		if err != nil {
			t.Fatal(err)
		}
		*into = "Bearer " + secret
	}
	for id, into := range map[string]*string{"writer": &target.Writer, "stranger": &target.Stranger} {
		secret, _, err := n.Book.NewPassword(t.Context(), "test", id, "kit", "", until)
		if err != nil {
			t.Fatal(err)
		}
		*into = "Basic " + base64.StdEncoding.EncodeToString([]byte(id+":"+secret))
	}
	return target
}
