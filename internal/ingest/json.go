package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"entente"
)

// maxSettings bounds a file of settings.
const maxSettings = 4 << 20

// ReadJSON reads settings strictly: a field that is not known, a field that
// stands twice, a value of another type or anything after the end is an error
// with file, line and column.
func ReadJSON(name string, data []byte, into any) error {
	if len(data) > maxSettings {
		return Fault(name, "", "the settings have more than %d MB", maxSettings>>20)
	}
	s := &strict{name: name, data: data, dec: json.NewDecoder(bytes.NewReader(data))}
	if err := s.value(reflect.TypeOf(into), 0); err != nil {
		return err
	}
	if _, err := s.dec.Token(); err == nil {
		return s.fault(s.dec.InputOffset(), "", "something follows the settings")
	}
	if err := json.Unmarshal(data, into); err != nil {
		at := int64(0)
		if kind, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			at = kind.Offset
		}
		return s.fault(at, "", "%v", err)
	}
	return nil
}

// WriteJSON writes settings so that [ReadJSON] reads them back.
func WriteJSON(settings any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(settings)
	return b.Bytes(), err
}

// strict walks JSON beside the type that it is meant for.
type strict struct {
	name string
	data []byte
	dec  *json.Decoder
}

const maxDepth = 32

func (s *strict) value(t reflect.Type, depth int) error {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	tok, err := s.dec.Token()
	if err != nil {
		at := s.dec.InputOffset()
		if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
			at = syntax.Offset
		}
		return s.fault(at, "", "this is not JSON: %v", err)
	}
	if depth > maxDepth {
		return s.fault(s.dec.InputOffset(), "", "too many levels")
	}
	switch tok {
	case json.Delim('['):
		var elem reflect.Type
		if t != nil && t.Kind() == reflect.Slice {
			elem = t.Elem()
		}
		for s.dec.More() {
			if err := s.value(elem, depth+1); err != nil {
				return err
			}
		}
		return s.close()
	case json.Delim('{'):
		seen := map[string]bool{}
		for s.dec.More() {
			if err := s.member(t, seen, depth); err != nil {
				return err
			}
		}
		return s.close()
	}
	return nil
}

func (s *strict) close() error {
	if _, err := s.dec.Token(); err != nil {
		return s.fault(s.dec.InputOffset(), "", "this is not JSON: %v", err)
	}
	return nil
}

func (s *strict) member(t reflect.Type, seen map[string]bool, depth int) error {
	tok, err := s.dec.Token()
	if err != nil {
		return s.fault(s.dec.InputOffset(), "", "this is not JSON: %v", err)
	}
	key, _ := tok.(string)
	at := s.dec.InputOffset()
	if seen[key] {
		return s.fault(at, "remove one", "the field %q stands twice", key)
	}
	seen[key] = true
	var elem reflect.Type
	switch {
	case t == nil:
	case t.Kind() == reflect.Map:
		elem = t.Elem()
	case t.Kind() == reflect.Struct:
		fields := fieldsOf(t)
		i := slices.IndexFunc(fields, func(f field) bool { return f.name == key })
		if i < 0 {
			var names []string
			for _, f := range fields {
				names = append(names, f.name)
			}
			return s.fault(at, "expected "+strings.Join(names, ", "), "there is no field %q here", key)
		}
		elem = fields[i].t
	}
	return s.value(elem, depth+1)
}

type field struct {
	name string
	t    reflect.Type
}

func fieldsOf(t reflect.Type) []field {
	var out []field
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "":
			out = append(out, fieldsOf(f.Type)...)
		case f.IsExported() && name != "" && name != "-":
			out = append(out, field{name, f.Type})
		}
	}
	return out
}

func (s *strict) fault(at int64, hint, format string, args ...any) error {
	head := s.data[:min(max(at, 0), int64(len(s.data)))]
	line := 1 + bytes.Count(head, []byte("\n"))
	col := len(head) - bytes.LastIndexByte(head, '\n')
	return &entente.Error{
		Kind: entente.Invalid, Op: "read settings", Place: fmt.Sprintf("%s:%d:%d", s.name, line, col), Msg: fmt.Sprintf(format, args...), Hint: hint,
	}
}
