# SPDX-License-Identifier: GPL-3.0-or-later
# Text files of the project as constants of one C++ file: intersect_embed_models(OUTPUT FILE...).
# Each becomes an entry {"stem", "text"} of model::kTexts; a changed file is read again at the next build.
function(intersect_embed_models output)
  set(entries "")
  foreach(file ${ARGN})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
    get_filename_component(stem "${file}" NAME_WLE)
    file(READ "${file}" text)
    string(APPEND entries "    {\"${stem}\", R\"=====(${text})=====\"},\n")
  endforeach()
  file(CONFIGURE OUTPUT "${output}" CONTENT
    "#include \"core/model/model_texts.h\"\n\nnamespace intersect::model {\n\nconst std::vector<std::pair<std::string_view, std::string_view>> kTexts = {\n${entries}};\n\n} // namespace intersect::model\n"
    @ONLY)
endfunction()
