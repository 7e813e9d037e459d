package datapackage

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"entente"
)

// Whatever stands in a table, reading never panics, gives either a corpus or
// faults that name a place in a file, and what is accepted survives writing and
// reading.
func FuzzReadTable(f *testing.F) {
	files := base(f, nil)
	for i, t := range tables {
		f.Add(uint8(i), files[t.name()+".csv"].Data)
	}
	for _, s := range []string{
		"", "\n", ",", "id", "id,id\n", "\"", "id,title,date,targets,note\r\nx,\"a\r\r\nb\",,,\r\n", "\uFEFFid,title,date,targets,note\nx,y,,,\n",
		"id,title,date,targets,note\nx,y,2016,aaa;aaa,\n\n\nz,y,,,\n", "note,title,id\n,t,x\n", "id,title\nx,\"=1+1\"\n",
	} {
		f.Add(uint8(slices.Index(Tables(), "incidents")), []byte(s))
	}
	f.Fuzz(func(t *testing.T, table uint8, content []byte) {
		name := tables[int(table)%len(tables)].name() + ".csv"
		check(t, fstest.MapFS{name: {Data: content, Mode: 0o644}})
	})
}

// The same for the description.
func FuzzReadDescription(f *testing.F) {
	f.Add(base(f, nil)[descriptorFile].Data)
	for _, s := range []string{
		"", "{", "null", "[]", `{"name":1}`, `{"name":"x","version":"1","created":"2021-01-01"}`, "\uFEFF{}", `{"resources":[{"name":"actors","path":"."}]}`,
		`{"name":"x","version":"1","created":"2021-01-01","resources":[{"name":"actors","path":"actors.csv"},{"name":"incidents","path":"actors.csv"}]}`,
		`{"name":"\ud800","version":"\u0000","created":"2021-01-01"}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		check(t, fstest.MapFS{descriptorFile: {Data: content, Mode: 0o644}})
	})
}

func check(t *testing.T, replace fstest.MapFS) {
	dir := base(t, replace)
	c, err := Read(dir)
	if err == nil {
		again(t, c)
		return
	}
	if c != nil {
		t.Error("a corpus came out beside the faults")
	}
	var list entente.Errors
	if !errors.As(err, &list) || len(list) == 0 {
		t.Fatalf("no list of faults: %T %v", err, err)
	}
	for _, one := range list {
		var e *entente.Error
		if !errors.As(one, &e) || e.Kind == "" || e.Msg == "" || e.Hint == "" {
			t.Errorf("a fault without kind, words or hint: %#v", one)
			continue
		}
		file, _, _ := strings.Cut(e.Place, ":")
		file, _, _ = strings.Cut(file, " (")
		if _, known := dir[file]; !known && file != "." && e.Kind != entente.NotFound && !strings.HasPrefix(e.Msg, "and ") {
			t.Errorf("the place %q is in no file: %v", e.Place, one)
		}
		if strings.ContainsFunc(e.Error(), func(r rune) bool { return r < ' ' }) {
			t.Errorf("a control character reaches the reader's screen: %q", e.Error())
		}
	}
}
