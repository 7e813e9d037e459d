package dna

import (
	"context"
	"slices"
	"strconv"
)

// document is a row of DOCUMENTS.
type document struct {
	id                                          int64
	title, text, author, source, section, notes string
	kind                                        string
	date                                        int64 // seconds since 1970
}

// statement is a row of STATEMENTS with its values by variable.
type statement struct {
	id, kind, document, start, stop, coder int64
	values                                 map[string]string
}

type variable struct {
	name, data string
	kind       int64
}

// contents is what a database holds.
type contents struct {
	documents  []document
	statements []statement
	kinds      map[int64]string // statement types
	variables  map[int64]variable
	coders     map[int64]string
}

func sortedTables() []string {
	var out []string
	for t := range schema {
		out = append(out, t)
	}
	slices.Sort(out)
	return out
}

// text reads a column as text whatever is stored in it.
func text(column string) string { return "COALESCE(CAST(" + column + " AS TEXT), '')" }

func number(column string) string { return "COALESCE(CAST(" + column + " AS INTEGER), 0)" }

func load(ctx context.Context, d *database) (*contents, error) {
	c := &contents{kinds: map[int64]string{}, variables: map[int64]variable{}, coders: map[int64]string{}}
	names := func(query string, into map[int64]string) error {
		return d.each(ctx, query, func(scan func(...any) error) error {
			var id int64
			var name string
			if err := scan(&id, &name); err != nil {
				return err
			}
			into[id] = name
			return nil
		})
	}
	if err := names("SELECT ID, "+text("Name")+" FROM CODERS", c.coders); err != nil {
		return nil, err
	}
	if err := names("SELECT ID, "+text("Label")+" FROM STATEMENTTYPES", c.kinds); err != nil {
		return nil, err
	}
	err := d.each(ctx, "SELECT ID, "+text("Variable")+", "+text("DataType")+", "+number("StatementTypeId")+" FROM VARIABLES", func(scan func(...any) error) error {
		var id int64
		var v variable
		if err := scan(&id, &v.name, &v.data, &v.kind); err != nil {
			return err
		}
		c.variables[id] = v
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = d.each(ctx, "SELECT ID, "+text("Title")+", "+text("Text")+", "+text("Author")+", "+text("Source")+", "+text("Section")+", "+text("Notes")+", "+text("Type")+", "+number("Date")+" FROM DOCUMENTS ORDER BY ID", func(scan func(...any) error) error {
		var x document
		if err := scan(&x.id, &x.title, &x.text, &x.author, &x.source, &x.section, &x.notes, &x.kind, &x.date); err != nil {
			return err
		}
		c.documents = append(c.documents, x)
		return nil
	})
	if err != nil {
		return nil, err
	}
	at := map[int64]int{}
	err = d.each(ctx, "SELECT ID, "+number("StatementTypeId")+", "+number("DocumentId")+", "+number("Start")+", "+number("Stop")+", "+number("Coder")+" FROM STATEMENTS ORDER BY ID", func(scan func(...any) error) error {
		s := statement{values: map[string]string{}}
		if err := scan(&s.id, &s.kind, &s.document, &s.start, &s.stop, &s.coder); err != nil {
			return err
		}
		at[s.id] = len(c.statements)
		c.statements = append(c.statements, s)
		return nil
	})
	if err != nil {
		return nil, err
	}
	entities := map[int64]string{}
	if err := names("SELECT ID, "+text("Value")+" FROM ENTITIES", entities); err != nil {
		return nil, err
	}
	for _, q := range []struct {
		query  string
		entity bool
	}{
		{"SELECT " + number("StatementId") + ", " + number("VariableId") + ", " + text("Value") + " FROM DATABOOLEAN", false},
		{"SELECT " + number("StatementId") + ", " + number("VariableId") + ", " + text("Value") + " FROM DATAINTEGER", false},
		{"SELECT " + number("StatementId") + ", " + number("VariableId") + ", " + text("Value") + " FROM DATALONGTEXT", false},
		{"SELECT " + number("StatementId") + ", " + number("VariableId") + ", " + text("Entity") + " FROM DATASHORTTEXT", true},
	} {
		err := d.each(ctx, q.query, func(scan func(...any) error) error {
			var sid, vid int64
			var value string
			if err := scan(&sid, &vid, &value); err != nil {
				return err
			}
			if q.entity {
				id, err := strconv.ParseInt(value, 10, 64)
				if err != nil {
					return nil // names no entity: the value stays empty
				}
				value = entities[id]
			}
			if i, ok := at[sid]; ok && value != "" {
				c.statements[i].values[c.variables[vid].name] = value
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return c, nil
}
