#include "caveat/community/sensitivity.hpp"

namespace caveat::community {

const std::vector<Sensitivity>& usual_sensitivities() {
    static const std::vector<std::string> free_text{
        "X-Sensitivity",     "X-Classification",           "Classification",        "X-Security-Classification",
        "X-Confidentiality", "X-Microsoft-Classification", "X-Microsoft-ClassDesc", "msip_labels",
        "SIO-Label"};
    static const std::vector<std::string> australian{"X-Protective-Marking"};
    static const std::vector<Sensitivity> rows{
        {{"Sensitivity"}, {"Company-Confidential"}, Tlp::amber_strict},
        {{"Sensitivity"}, {"Private", "Personal"}, std::nullopt},
        {free_text, {"confidential", "vertraulich", "confidentiel", "confidencial", "riservato"}, Tlp::amber},
        {free_text, {"strictly confidential", "highly confidential", "company-confidential", "restricted"}, Tlp::amber_strict},
        {free_text, {"secret", "top secret", "private", "personal", "eyes only"}, std::nullopt},
        {australian, {"SEC=OFFICIAL:Sensitive"}, Tlp::amber},
        {australian, {"SEC=PROTECTED", "SEC=CONFIDENTIAL", "SEC=SECRET", "SEC=TOP-SECRET"}, std::nullopt},
    };
    return rows;
}

}  // namespace caveat::community
