package node_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"entente"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/node"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/stix"
	"entente/internal/ledger"
	"entente/internal/store"
)

// functionKey makes the key of a function and names it at a partner.
func (d *desk) functionKey(partnerID, name string, classic bool) (path string) {
	d.t.Helper()
	path = filepath.Join(d.t.TempDir(), name+".key")
	public, err := node.NewRecipientKey(path, classic, time.Now())
	if err != nil {
		d.t.Fatal(err)
	}
	d.edit(func(s *partner.Settings) error {
		p := s.Partner(partnerID)
		p.Recipients = append(p.Recipients, partner.Recipient{Name: name, Key: public})
		return nil
	})
	return path
}

func TestRedGoesToNamedPeopleOnly(t *testing.T) {
	both(t, func(t *testing.T, place func(*testing.T) string) {
		d := openDesk(t, place(t))
		key := d.functionKey("jpn", "duty-officer", true)
		other := d.functionKey("jpn", "archivist", true)
		to := []node.Recipient{{Partner: "jpn", Name: "duty-officer"}}
		secret := incident()
		secret["description"] = "a word that nobody else may read: plumbago"
		r := node.SealRequest{Files: []node.File{bundle(t, secret)}, To: to, Who: "mari", DryRun: true}

		dry, err := d.Seal(d.ctx, r)
		if err != nil || dry.Done || len(dry.To) != 1 || dry.To[0].ID != "" {
			t.Fatal(dry, err)
		}
		r.DryRun = false
		s, err := d.Seal(d.ctx, r)
		if err != nil || !s.Done || len(s.To) != 1 {
			t.Fatal(s, err)
		}
		if d.lying() != 0 {
			t.Error("something lies in a collection")
		}
		envelope := s.To[0].Envelope
		if bytes.Contains(envelope, []byte("plumbago")) || bytes.Contains(envelope, []byte(idIncident)) {
			t.Error("the envelope shows what is in it")
		}
		// The log records the envelope as released to the partner, blind.
		err = d.Store.Read(d.ctx, func(ctx context.Context, q store.Querier) error {
			o, err := d.Log.Opening(ctx, q, s.To[0].Leaf)
			if err != nil {
				return err
			}
			if o.Kind != ledger.Released || o.Object != s.To[0].ID || o.Partner != "jpn" || o.Plain {
				t.Errorf("%+v", o)
			}
			return o.CheckBody(envelope)
		})
		if err != nil {
			t.Error(err)
		}

		// Nothing on the disk of the node shows it either.
		files := 0
		err = filepath.WalkDir(d.Dir, func(path string, e os.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			files++
			raw, err := os.ReadFile(path)
			if bytes.Contains(raw, []byte("plumbago")) {
				t.Errorf("%s shows what was sealed", path)
			}
			return err
		})
		if err != nil || files < 3 {
			t.Error(files, err)
		}

		got, err := node.OpenEnvelope(envelope, key)
		if err != nil {
			t.Fatal(err)
		}
		list, refusals, err := stix.ReadAll(bytes.NewReader(got), stix.DefaultStreamLimits)
		if err != nil || len(refusals) > 0 {
			t.Fatal(err, refusals)
		}
		found := false
		for _, o := range list {
			if o.Type() == "incident" {
				found = o.Text("description") == secret["description"] && len(o.Marks()) == 1 && o.Marks()[0] == handling.Red.Mark()
			}
		}
		if !found {
			t.Error("the incident did not come through as RED")
		}
		_, err = node.OpenEnvelope(envelope, other)
		want(t, err, entente.Denied, "duty-officer")

		// On the other side: kept once, opened with the key file, and nothing else kept.
		there := openDesk(t, place(t))
		for i, fresh := range []bool{true, false} {
			err := there.Store.Write(there.ctx, func(ctx context.Context, q store.Querier) error {
				got, err := there.KeepSealed(ctx, q, "jpn", envelope, int64(i))
				if got != fresh {
					t.Errorf("fresh is %v", got)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if got, err := there.OpenSealed(there.ctx, s.To[0].ID, key); err != nil || !bytes.Contains(got, []byte("plumbago")) {
			t.Error(err)
		}
		in, err := there.Envelopes(there.ctx)
		if err != nil || len(in) != 1 || in[0].Way != "in" || in[0].Recipient != "duty-officer" || in[0].Opened.IsZero() {
			t.Errorf("%+v, %v", in, err)
		}
		_, err = there.OpenSealed(there.ctx, "x-entente-sealed--"+idIncident, key)
		want(t, err, entente.NotFound)
	})
}

func TestNoEnvelopeWithoutARecipient(t *testing.T) {
	d := openDesk(t, "")
	d.functionKey("jpn", "duty-officer", true)
	d.functionKey("lone", "duty-officer", true)
	d.edit(func(s *partner.Settings) error { s.Partner("lone").Suspended = true; return nil })
	file := []node.File{bundle(t, incident())}
	for _, c := range []struct {
		r    node.SealRequest
		kind entente.Kind
		text string
	}{
		{node.SealRequest{Files: file}, entente.Invalid, "--to"},
		{node.SealRequest{Files: file, To: []node.Recipient{{Partner: "nobody", Name: "x"}}}, entente.NotFound, "no such partner"},
		{node.SealRequest{Files: file, To: []node.Recipient{{Partner: "jpn", Name: "minister"}}}, entente.NotFound, "there are duty-officer"},
		{node.SealRequest{Files: file, To: []node.Recipient{{Partner: "lone", Name: "duty-officer"}}}, entente.Denied, "suspended"},
		{node.SealRequest{To: []node.Recipient{{Partner: "jpn", Name: "duty-officer"}}}, entente.Invalid, "nothing was named"},
	} {
		c.r.Who = "mari"
		_, err := d.Seal(d.ctx, c.r)
		want(t, err, c.kind, c.text)
	}
	for _, s := range []string{"jpn", "/x", "jpn/", ""} {
		if _, err := node.ParseRecipient(s); entente.KindOf(err) != entente.Invalid {
			t.Errorf("%q: %v", s, err)
		}
	}
	if list, err := d.Envelopes(d.ctx); err != nil || len(list) != 0 {
		t.Error(list, err)
	}
}

func TestKeyFilesAreForTheirOwnersOnly(t *testing.T) {
	dir := t.TempDir()
	for _, classic := range []bool{true, false} {
		path := filepath.Join(dir, map[bool]string{true: "a", false: "b"}[classic])
		public, err := node.NewRecipientKey(path, classic, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 || !strings.Contains(string(raw), public) || strings.HasPrefix(public, "age1pq1") == classic {
			t.Errorf("%v %v %.20s", info.Mode(), err, public)
		}
		if _, err = node.NewRecipientKey(path, classic, time.Now()); entente.KindOf(err) != entente.Conflict {
			t.Error(err)
		}
		if err := os.Chmod(path, 0o640); err != nil {
			t.Fatal(err)
		}
		_, err = node.OpenEnvelope([]byte(`{"type":"x-entente-sealed","id":"x-entente-sealed--`+idIncident+`","created":"2026-10-01T00:00:00.000Z","to":"x","age":""}`), path)
		want(t, err, entente.Denied, "others may read")
		// A damaged key file is refused without showing the key.
		if err := os.WriteFile(path, []byte("AGE-SECRET-KEY-1PLUMBAGO\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		_ = os.Chmod(path, 0o600)
		_, err = node.OpenEnvelope([]byte(`{"type":"x-entente-sealed","id":"x-entente-sealed--`+idIncident+`","created":"2026-10-01T00:00:00.000Z","to":"x","age":""}`), path)
		want(t, err, entente.Invalid, "no file of age keys")
		if strings.Contains(err.Error(), "PLUMBAGO") {
			t.Error("the error shows the key")
		}
	}
	for _, bad := range []string{"", "{}", `{"type":"x-entente-sealed","id":"x-entente-sealed--no"}`, "[]", strings.Repeat("x", 100)} {
		if _, err := node.OpenEnvelope([]byte(bad), filepath.Join(dir, "a")); entente.KindOf(err) != entente.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
