-- Prints the statements that make an empty database like another one, for nobody but the superuser.
SELECT format(E'CREATE DATABASE %1$I TEMPLATE template0 ENCODING %2$L LC_COLLATE %3$L LC_CTYPE %4$L;\nREVOKE ALL ON DATABASE %1$I FROM PUBLIC;',
  :'scratch', pg_encoding_to_char(encoding), datcollate, datctype) FROM pg_database WHERE datname = :'database';
