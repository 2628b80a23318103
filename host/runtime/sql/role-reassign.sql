-- What a role owns in this database becomes its heir's, where there is one.
SELECT format('REASSIGN OWNED BY %I TO %I', me.rolname, heir.rolname) FROM pg_roles me, pg_roles heir
  WHERE me.rolname = :'role' AND heir.rolname = :'heir' \gexec
