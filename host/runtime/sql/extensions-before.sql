-- Prints the statement that drops the extensions which are not there yet.
SELECT format($$SELECT format('DROP EXTENSION %%I', extname) FROM pg_extension WHERE NOT extname = ANY (%L) \gexec$$,
  array_agg(extname ORDER BY extname)) FROM pg_extension;
