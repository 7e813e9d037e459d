package client_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"entente"
	"entente/internal/exchange/taxii/client"
)

// transport answers without a network: with the same text to whatever is asked
// about objects.
type transport struct {
	body []byte
	last string
	n    int
}

func (f *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	f.n++
	body := []byte(`{"title":"x","versions":["x"],"can_read":true}`)
	if strings.HasSuffix(r.URL.Path, "/objects/") || strings.HasSuffix(r.URL.Path, "/manifest/") {
		body = f.body
	}
	return &http.Response{
		StatusCode: http.StatusOK, Request: r, Body: io.NopCloser(bytes.NewReader(body)),
		Header: http.Header{"X-Taxii-Date-Added-Last": {f.last}},
	}, nil
}

// Whatever a server answers, a reading ends, with few requests, and what it gives
// to the sink is sound.
func FuzzAnswer(f *testing.F) {
	for _, body := range []string{
		`{}`, `{"more":true}`, `{"more":true,"next":"1"}`, `{"more":true,"next":7,"objects":[]}`, `{"objects":[` + report(1, 1) + `,` + report(2, 1) + `]}`,
		`{"more":true,"objects":[` + report(1, 1) + `]}`, `{"objects":[{"id":"x","date_added":"2026-01-01T00:00:00Z","version":"x"}],"more":true,"next":""}`,
		`{"objects":[[[[{}]]]]}`, "\xef\xbb\xbf{}", `{"objects":null}`, `{"more":"true","objects":[7]}`,
	} {
		f.Add([]byte(body), "2026-03-01T12:00:00.678901Z")
		f.Add([]byte(body), "undefined")
	}
	f.Fuzz(func(t *testing.T, body []byte, last string) {
		tr := &transport{body: body, last: last}
		c := dial(t, "https://ministry.example/taxii2/", func(o *client.Options) { o.HTTP = &http.Client{Transport: tr} })
		s := newShelf()
		r, err := c.Poll(t.Context(), collection, client.Cursor{}, s, client.PollOptions{})
		if k := entente.KindOf(err); err != nil && k != entente.Invalid && k != entente.Unavailable {
			t.Errorf("an error of kind %q: %v", k, err)
		}
		if r.Done == (err != nil) || tr.n > 100 {
			t.Errorf("done %v, error %v, %d requests", r.Done, err, tr.n)
		}
		for k := range s.got {
			if k.ID.Type() == "" {
				t.Errorf("an object without a type: %v", k)
			}
		}
		if _, err := c.Manifest(t.Context(), collection, client.Everything(), func([]client.Entry) error { return nil }); err != nil && entente.KindOf(err) == entente.Internal {
			t.Error(err)
		}
	})
}
