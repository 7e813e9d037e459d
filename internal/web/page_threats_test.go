package web

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"entente/internal/auth"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/threats"
	"entente/internal/store"
)

// importThreats puts the synthetic collections of package threat into a store.
func importThreats(t *testing.T, st *store.Store, name string, level handling.TLP) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "exchange", "stix", "threat", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	im := threats.Import{Name: "Synthetic " + name, URL: "https://example.org/" + name, Licence: "synthetic", Level: level}
	if _, _, err := threats.Add(t.Context(), st, store.Reason{Who: "test", Why: "test", Via: "test"}, im, data); err != nil {
		t.Fatal(err)
	}
}

// TestThreats follows the page from "nothing yet" through two imports to one that
// not everybody may see.
func TestThreats(t *testing.T) {
	b := newBench(t, auth.SingleUser)
	c := b.visitor()
	show := func(path string) string {
		t.Helper()
		w := c.do("GET", path, "", "Accept", "text/html")
		if w.Code != 200 {
			t.Fatalf("%s: status %d: %s", path, w.Code, w.Body)
		}
		body := w.Body.String()
		if strings.Contains(body, "⟪") || strings.Contains(body, "ZgotmplZ") {
			t.Errorf("%s: a text or an address is missing", path)
		}
		if !strings.HasSuffix(path, ".json") && !strings.HasSuffix(path, ".csv") {
			checkPage(t, parse(t, w.Body.Bytes()))
		}
		return body
	}
	if body := show("/actors/jpn/threats"); !strings.Contains(body, "Nothing was imported yet") || !strings.Contains(body, "entente import threats") {
		t.Error("an empty store does not say how to fill it")
	}
	if !strings.Contains(show("/actors/jpn"), `href="/actors/jpn/threats"`) {
		t.Error("the actor does not lead to its threats")
	}
	importThreats(t, b.store, "attack.json", handling.Clear)
	importThreats(t, b.store, "galaxy.json", handling.Clear)
	body := show("/actors/jpn/threats")
	for _, want := range []string{"Synthetic Otter Crew", ", 2 are reported to attack Japan", "Espionage", "https://example.org/otter", "Techniques: ", "Synthetic attack.json"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(body, "Nothing was imported yet") {
		t.Error("the page of before is still shown")
	}
	if body := show("/actors/rus/threats"); !strings.Contains(body, "Synthetic Otter Crew") {
		t.Error("the page does not say in what an actor is named")
	}
	importThreats(t, b.store, "galaxy.json", handling.Amber)
	for _, path := range []string{"/actors/jpn/threats", "/actors/jpn/threats.json", "/actors/jpn/threats.csv"} {
		if strings.Contains(show(path), "Otter Crew") {
			t.Errorf("%s shows AMBER", path)
		}
	}
	if !strings.Contains(show("/actors/jpn/threats"), "marked for fewer readers") {
		t.Error("the page does not say that something is hidden")
	}
	if w := c.do("GET", "/actors/JPN/threats", ""); w.Code != 302 || w.Header().Get("Location") != "/actors/jpn/threats" {
		t.Errorf("another writing of the actor: %d to %s", w.Code, w.Header().Get("Location"))
	}
	for path, want := range map[string]int{"/actors/nobody/threats": 404, "/actors/jpn/threats?as_of=2020": 400, "/actors/jpn/threats.docx": 404} {
		if w := c.do("GET", path, ""); w.Code != want {
			t.Errorf("%s: status %d, want %d", path, w.Code, want)
		}
	}
}

// TestThreatsOfOthers: what stands in a collection is text, whatever it looks
// like.
func TestThreatsOfOthers(t *testing.T) {
	b := newBench(t, auth.SingleUser)
	data := `{"type":"threat-actor","values":[{"uuid":"u1","value":"<script>alert(1)</script>","meta":{"cfr-suspected-victims":["Japan"],"cfr-type-of-incident":"\"><img src=x>","refs":["javascript:alert(2)","https://example.org/\"onload=x"]}}]}`
	im := threats.Import{Name: "A <b>bold</b> name", URL: "https://example.org/?a=\"b"}
	if _, _, err := threats.Add(t.Context(), b.store, store.Reason{Who: "test", Why: "test", Via: "test"}, im, []byte(data)); err != nil {
		t.Fatal(err)
	}
	body := b.visitor().do("GET", "/actors/jpn/threats", "", "Accept", "text/html").Body.String()
	for _, bad := range []string{"<script>alert", "<img src=x", "<b>bold", `href="javascript:`, `"onload`} {
		if strings.Contains(body, bad) {
			t.Errorf("the page holds %s", bad)
		}
	}
	if !strings.Contains(body, "&lt;script&gt;") {
		t.Error("the name is not shown")
	}
}
