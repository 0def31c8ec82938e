# Run by `cmake --install`: unit and configuration as they are in deploy/, with the paths of the prefix that was asked for. What is here is
# right for the prefix /usr. DESTDIR is honoured.
foreach(file "caveat.service:lib/systemd/system" "example.toml:share/doc/caveat")
  string(REPLACE ":" ";" file ${file})
  list(POP_FRONT file name folder)
  file(READ "${CAVEAT_DEPLOY}/${name}" text)
  string(REPLACE "/usr/bin/caveat" "${CMAKE_INSTALL_PREFIX}/bin/caveat" text "${text}")
  string(REPLACE "/usr/share/caveat" "${CMAKE_INSTALL_PREFIX}/share/caveat" text "${text}")
  string(REPLACE "/usr/share/doc/caveat" "${CMAKE_INSTALL_PREFIX}/share/doc/caveat" text "${text}")
  file(WRITE "${CAVEAT_FILLED}/${name}" "${text}")
  file(INSTALL DESTINATION "${CMAKE_INSTALL_PREFIX}/${folder}" TYPE FILE FILES "${CAVEAT_FILLED}/${name}")
endforeach()
# The page for man and the words for bash, as this very program has them.
foreach(file "manual:caveat.1:share/man/man1" "completion:caveat:share/bash-completion/completions")
  string(REPLACE ":" ";" file ${file})
  list(POP_FRONT file command name folder)
  execute_process(COMMAND "${CAVEAT_PROGRAM}" ${command} OUTPUT_FILE "${CAVEAT_FILLED}/${name}" COMMAND_ERROR_IS_FATAL ANY)
  file(INSTALL DESTINATION "${CMAKE_INSTALL_PREFIX}/${folder}" TYPE FILE FILES "${CAVEAT_FILLED}/${name}")
endforeach()
